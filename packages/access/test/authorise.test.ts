import { expect, test } from 'vitest';
import { isCidr } from '../src/addresses.js';
import { type AccessRefusalCode, authorise, type TokenGrant } from '../src/index.js';

const now = new Date('2026-05-22T10:35:00.000Z');
const reader: TokenGrant = { scopes: ['reports:read', 'moon:walk'] };
const inside: TokenGrant = { ...reader, allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'] };
const call = { token: reader, scope: 'reports:read', now };

type Call = Parameters<typeof authorise>[0];
test.each<[string, Partial<Call>]>([
  ['a token that has the scope', {}],
  ['any token when no scope is needed', { scope: undefined }],
  ['a token that has not yet expired', { token: { ...reader, expiresAt: '2026-05-22T10:35:00.001Z' } }],
  ['an expiry written without milliseconds', { token: { ...reader, expiresAt: '2026-05-22T10:35:01Z' } }],
  ['any address when none is listed', { token: { ...reader, allowedCidrs: [] }, address: '192.0.2.1' }],
  ['an IPv4 address in a block', { token: inside, address: '10.255.255.255' }],
  ['an IPv4 address in the clothes of IPv6', { token: inside, address: '::ffff:10.1.2.3' }],
  ['the same in hexadecimal', { token: inside, address: '::ffff:a01:203' }],
  ['an IPv6 address in a block', { token: inside, address: '2001:db8:ffff::1' }],
])('%s passes', (_, changes) => {
  expect(authorise({ ...call, ...changes })).toEqual({ ok: true });
});

test.each<[string, AccessRefusalCode, Partial<Call>]>([
  ['no token', 'invalid_token', { token: undefined }],
  ['a revoked token', 'invalid_token', { token: { ...reader, revokedAt: '2026-05-22T00:00:00.000Z' } }],
  [
    'a token of which nobody can read whether it is revoked',
    'invalid_token',
    { token: { ...reader, unreadable: true } },
  ],
  ['a token at the instant of its expiry', 'expired_token', { token: { ...reader, expiresAt: now.toISOString() } }],
  ['a scope that the token lacks', 'missing_scope', { scope: 'reports:generate' }],
  ['a wildcard nobody defined', 'missing_scope', { token: { scopes: ['reports:*'] } }],
  ['an address outside', 'ip_not_allowed', { token: inside, address: '11.0.0.1' }],
  ['an address outside in the clothes of IPv6', 'ip_not_allowed', { token: inside, address: '::ffff:11.0.0.1' }],
  ['an unknown address', 'ip_not_allowed', { token: inside }],
  ['no address at all', 'ip_not_allowed', { token: inside, address: 'localhost' }],
  [
    'a list of which no block can be read',
    'ip_not_allowed',
    { token: { ...reader, allowedCidrs: ['10'] }, address: '10.0.0.1' },
  ],
  [
    'a wrong address and a missing scope',
    'ip_not_allowed',
    { token: inside, address: '11.0.0.1', scope: 'audit:read' },
  ],
])('%s gives %s', (_, code, changes) => {
  expect(authorise({ ...call, ...changes })).toEqual({ ok: false, code });
});

test.each(['0.0.0.0/0', '10.0.0.1/32', '::/0', '2001:DB8::/128'])('%s is an address block', (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each(['', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/8 ', 'fe80::1%eth0/64'])(
  '"%s" is not an address block',
  (text) => {
    expect(isCidr(text)).toBe(false);
  },
);
