import { describe, expect, it } from 'vitest';
import { ConfigError, flag, integer, oneOf, readConfig, secret, text, url, urls } from '../src/config.js';

const spec = {
  port: integer('PORT', { default: 8080, min: 1, max: 65_535 }),
  retentionSeconds: integer('RETENTION_SECONDS', { min: 1, max: 315_360_000 }),
  logLevel: oneOf('LOG_LEVEL', ['debug', 'info', 'warn'], { default: 'info' }),
  demo: flag('DEMO', { default: false }),
  natsServers: urls('NATS_URL', { default: ['nats://127.0.0.1:4222'], schemes: ['nats', 'tls'] }),
  publicUrl: url('PUBLIC_URL', { default: undefined, schemes: ['http', 'https'] }),
  edition: text('EDITION', { default: '2025', pattern: /^\d{4}$/, meaning: 'a year' }),
  linkKey: secret('LINK_KEY', { minLength: 16 }),
};
const needed = { RETENTION_SECONDS: '60', LINK_KEY: 'correct horse battery' };

describe('readConfig', () => {
  it('answers values of the right type, and defaults for what is absent or empty', () => {
    expect(
      readConfig({ ...needed, PORT: '', LOG_LEVEL: ' warn ', DEMO: '1', NATS_URL: 'nats://a:1, tls://b:2' }, spec),
    ).toEqual({
      port: 8080,
      retentionSeconds: 60,
      logLevel: 'warn',
      demo: true,
      natsServers: ['nats://a:1', 'tls://b:2'],
      publicUrl: undefined,
      edition: '2025',
      linkKey: 'correct horse battery',
    });
  });

  it('names every wrong variable in one error, one sentence each', () => {
    const env = {
      PORT: '0',
      LOG_LEVEL: 'loud',
      DEMO: 'maybe',
      NATS_URL: 'nats://a:1,http://b',
      PUBLIC_URL: 'here',
      EDITION: 'newest',
      LINK_KEY: 'short',
    };
    const error = failureOf(env);
    expect(error.code).toBe('invalid_configuration');
    expect(error.problems).toHaveLength(8);
    for (const name of [...Object.keys(env), 'RETENTION_SECONDS']) {
      expect(error.problems.filter((problem) => problem.startsWith(`${name} is `))).toHaveLength(1);
    }
  });

  it.each(['1.5', '1e3', '0x10', '70000', '-1', 'many', '１'])('refuses %s as a port', (PORT) => {
    expect(failureOf({ ...needed, PORT }).problems).toHaveLength(1);
  });

  it('shows neither a secret nor the password in a URL', () => {
    const error = failureOf({ ...needed, LINK_KEY: 'hunter2', NATS_URL: 'https://me:hunter2@host' });
    expect(error.problems).toHaveLength(2);
    expect(error.message).not.toContain('hunter2');
  });
});

function failureOf(env: NodeJS.ProcessEnv): ConfigError {
  try {
    readConfig(env, spec);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}
