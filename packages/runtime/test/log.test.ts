import { describe, expect, it } from 'vitest';
import { createLogger, nestLogger } from '../src/log.js';

function logging() {
  const lines: string[] = [];
  const logger = createLogger('scoping', { level: 'debug', destination: { write: (line) => void lines.push(line) } });
  return { logger, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

describe('createLogger', () => {
  it('writes one line of JSON with service, time and message, including stack traces', () => {
    const { logger, lines, entries } = logging();
    logger.error({ err: new Error('first\nsecond') }, 'it broke');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
    expect(entries()[0]).toMatchObject({
      level: 50,
      service: 'scoping',
      msg: 'it broke',
      err: { message: 'first\nsecond' },
    });
    expect(entries()[0].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('hides credentials down to the third level', () => {
    const { logger, lines, entries } = logging();
    logger.info({
      token: 'aaa',
      headers: { authorization: 'aaa', cookie: 'aaa' },
      a: { b: { secret: 'aaa', password: 'aaa' } },
      list: [{ token: 'aaa' }],
      err: Object.assign(new Error('no', { cause: Object.assign(new Error('why'), { token: 'aaa' }) }), {
        token: 'aaa',
        facts: { secret: 'aaa' },
      }),
      kept: 1,
    });
    expect(lines[0]).not.toContain('aaa');
    expect(entries()[0]).toMatchObject({ token: '[secret]', list: [{ token: '[secret]' }], kept: 1 });
    expect(entries()[0].err).toMatchObject({ token: '[secret]', facts: { secret: '[secret]' } });
    expect(entries()[0].err.message).toContain('no');
  });

  it('does not change the logged object', () => {
    const { logger } = logging();
    const facts = { token: 'aaa', headers: { cookie: 'aaa' }, list: [{ secret: 'aaa' }] };
    const before = structuredClone(facts);
    logger.info(facts);
    expect(facts).toEqual(before);
  });
});

describe('nestLogger', () => {
  it("keeps level, context and stack, and maps Nest's level log to debug", () => {
    const { logger, entries } = logging();
    const nest = nestLogger(logger);
    nest.log('Mapped {/reports, POST} route', 'RouterExplorer');
    nest.warn('slow', 'Http');
    nest.error('failed', 'Error: failed\n  at x', 'ExceptionsHandler');
    nest.error(new TypeError('no'), 'Injector');
    expect(entries()).toMatchObject([
      { level: 20, msg: 'Mapped {/reports, POST} route', context: 'RouterExplorer' },
      { level: 40, msg: 'slow', context: 'Http' },
      { level: 50, msg: 'failed', context: 'ExceptionsHandler', stack: 'Error: failed\n  at x' },
      { level: 50, msg: 'no', context: 'Injector', err: { type: 'TypeError' } },
    ]);
  });
});
