import { expect, test } from 'vitest';
import { CallsAtOnce } from '../../../src/core/access/calls-at-once.js';

const caller = (tenant: string, tokenId = `tok_${tenant}`) => ({ tenant, tokenId, scopes: [] });
const limits = { address: 1, token: 2, tenant: 3, tenantImports: 1, imports: 2 };

test('a token and a tenant have a limit of calls in progress, and may make another when one has finished', () => {
  const calls = new CallsAtOnce(limits);
  const leave = calls.enter(caller('acme'), 'call');
  calls.enter(caller('acme'), 'call');
  expect(() => calls.enter(caller('acme'), 'call')).toThrow('This token has 2 calls in progress');
  calls.enter(caller('acme', 'tok_other'), 'call');
  expect(() => calls.enter(caller('acme', 'tok_third'), 'call')).toThrow('Your tokens have 3 calls in progress');
  calls.enter(caller('globex'), 'call');
  leave();
  leave();
  calls.enter(caller('acme'), 'call');
  expect(() => calls.enter(caller('acme'), 'call')).toThrow(
    expect.objectContaining({ slug: 'rate_limited', retryAfterS: 1 }),
  );
});

test('imports have their own slots, a few for each tenant; a refused import takes none', () => {
  const calls = new CallsAtOnce(limits);
  calls.enter(caller('acme'), 'import');
  expect(() => calls.enter(caller('acme'), 'import')).toThrow('Your tokens have 1 imports in progress');
  const leave = calls.enter(caller('globex'), 'import');
  expect(() => calls.enter(caller('initech'), 'import')).toThrow(expect.objectContaining({ slug: 'unavailable' }));
  leave();
  calls.enter(caller('initech'), 'import');
});

test('calls without a token are counted by address', () => {
  const calls = new CallsAtOnce(limits);
  const leave = calls.enterWithoutToken('192.0.2.1');
  expect(() => calls.enterWithoutToken('192.0.2.1')).toThrow('Your address has 1 calls in progress');
  calls.enterWithoutToken('192.0.2.2');
  leave();
  calls.enterWithoutToken('192.0.2.1');
});
