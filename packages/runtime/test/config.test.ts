import { describe, expect, it } from 'vitest';
import { ConfigError, integer, list, oneOf, readConfig, text, url, urls, withoutPassword } from '../src/config.js';

const spec = {
  port: integer('PORT', { default: 8080, min: 1, max: 65_535 }),
  retentionSeconds: integer('RETENTION_SECONDS', { min: 1, max: 315_360_000 }),
  logLevel: oneOf('LOG_LEVEL', ['debug', 'info', 'warn'], { default: 'info' }),
  natsServers: urls('NATS_URL', { default: ['nats://127.0.0.1:4222'], schemes: ['nats', 'tls'] }),
  publicUrl: url('PUBLIC_URL', { default: undefined, schemes: ['http', 'https'] }),
  edition: text('EDITION', { default: '2025', pattern: /^\d{4}$/, meaning: 'a year' }),
};
const needed = { RETENTION_SECONDS: '60' };

describe('readConfig', () => {
  it('returns values of the right type, and defaults for absent or empty variables', () => {
    expect(readConfig({ ...needed, PORT: '', LOG_LEVEL: ' warn ', NATS_URL: 'nats://a:1, tls://b:2' }, spec)).toEqual({
      port: 8080,
      retentionSeconds: 60,
      logLevel: 'warn',
      natsServers: ['nats://a:1', 'tls://b:2'],
      publicUrl: undefined,
      edition: '2025',
    });
  });

  it('names every wrong variable in one error, one sentence each', () => {
    const env = {
      PORT: '0',
      LOG_LEVEL: 'loud',
      NATS_URL: 'nats://a:1,http://b',
      PUBLIC_URL: 'here',
      EDITION: 'newest',
    };
    const error = failureOf(env);
    expect(error.code).toBe('invalid_configuration');
    expect(error.problems).toHaveLength(6);
    for (const name of [...Object.keys(env), 'RETENTION_SECONDS']) {
      const is = name === 'RETENTION_SECONDS' ? 'is' : 'must be';
      expect(error.problems.filter((problem) => problem.startsWith(`${name} ${is} `))).toHaveLength(1);
    }
  });

  it.each(['1.5', '1e3', '0x10', '70000', '-1', 'many', '１'])('refuses %s as a port', (PORT) => {
    expect(failureOf({ ...needed, PORT }).problems).toHaveLength(1);
  });

  it('checks values together, and reports that along with what is wrong with each', () => {
    const pair = { a: text('A', { default: undefined }), b: integer('B', { default: 1, min: 1, max: 9 }) };
    const together = ({ a, b }: { a?: string | undefined; b?: number }) => (a && b !== 2 ? ['A needs B=2.'] : []);
    expect(readConfig({ A: 'x', B: '2' }, pair, together)).toEqual({ a: 'x', b: 2 });
    expect(() => readConfig({ A: 'x', B: 'none' }, pair, together)).toThrow(/B must be a whole number.* A needs B=2\./);
  });

  it('reads lists, and names the first invalid value', () => {
    const days = { days: list('DAYS', { accepts: (one) => /^\d+$/.test(one), meaning: 'a list of days' }) };
    expect([readConfig({ DAYS: '1, 2,' }, days), readConfig({}, days)]).toEqual([{ days: ['1', '2'] }, { days: [] }]);
    expect(() => readConfig({ DAYS: '1,x,y' }, days)).toThrow('DAYS must be a list of days, not "x".');
  });

  it('refuses a user, query or fragment in a URL that is shown to others', () => {
    const shown = { at: url('AT', { schemes: ['https'], shown: true }) };
    expect(readConfig({ AT: 'https://a.example/b' }, shown)).toEqual({ at: 'https://a.example/b' });
    for (const AT of ['https://me:hunter2@a', 'https://me@a', 'https://a?b=1', 'https://a/#b'])
      expect(() => readConfig({ AT }, shown)).toThrow(/^Invalid configuration: AT is shown to clients: [^@]*$/);
  });

  it.each([
    ['nats://me:hunter2@a:1', 'nats://…@a:1'],
    ['nats://me:hun@ter2@a:1', 'nats://…@a:1'],
    ['me:hunter2@a', '…@a'],
    ['nats://me:hun/ter2@a, nats://b,tls://me:hunter2@c', 'nats://…@a, nats://b,tls://…@c'],
    ['kurrentdb+discover://me:hunter2@a:1,b:2?tls=true', 'kurrentdb+discover://…@a:1,b:2?tls=true'],
    ['nats://a:1', 'nats://a:1'],
  ])('shows %s without its password', (given, shown) => {
    expect(withoutPassword(given)).toBe(shown);
  });

  it('does not show the password in a URL', () => {
    const error = failureOf({ ...needed, NATS_URL: 'https://me:hunter2@host' });
    expect(error.problems).toHaveLength(1);
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
