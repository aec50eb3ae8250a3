import type { ApiTokenMinted } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given as givenThat } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { apiToken, type MintToken, type TokenEvent } from '../src/index.js';

const given = givenThat(apiToken, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const token = exampleOf('ApiTokenMinted');
const minted: TokenEvent = { type: 'ApiTokenMinted', data: token };
const revokedAt = '2026-05-23T00:00:00.000Z';
const revoked: TokenEvent = { type: 'ApiTokenRevoked', data: { tokenId: token.tokenId, revokedAt } };
const mint = (changes: Partial<ApiTokenMinted> = {}): MintToken => ({
  type: 'MintToken',
  data: { ...token, ...changes },
});
const revoke = (tenant = token.tenant) =>
  ({ type: 'RevokeToken', data: { tokenId: token.tokenId, tenant, revokedAt } }) as const;

describe('minting', () => {
  test('records the token', () => given().when(mint()).then(minted));
  test('keeps unknown scopes', () => {
    const data = { ...token, scopes: ['reports:read', 'moon:walk'] };
    given().when(mint(data)).then({ type: 'ApiTokenMinted', data });
  });
  test('keeps expiry and address blocks', () => {
    const data = { ...token, expiresAt: '2026-06-01T00:00:00.000Z', allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'] };
    given().when(mint(data)).then({ type: 'ApiTokenMinted', data });
  });
  test('records no secret in the name', () => {
    const data = { ...token, name: 'for kim@acme.example' };
    given()
      .when(mint(data))
      .then({ type: 'ApiTokenMinted', data: { ...data, name: 'for [redacted: email]' } });
  });
  test('does nothing the second time, even after revocation', () => {
    given(minted).when(mint()).thenNothing();
    given(minted, revoked).when(mint()).thenNothing();
  });
  test.each<[string, string, Partial<ApiTokenMinted>]>([
    ['a blank name', 'name_invalid', { name: ' ' }],
    ['a name of 101 characters', 'name_invalid', { name: 'x'.repeat(101) }],
    ['no scope', 'scope_invalid', { scopes: [] }],
    ['65 scopes', 'scope_invalid', { scopes: Array.from({ length: 65 }, () => 'a:b') }],
    ['a scope without a colon', 'scope_invalid', { scopes: ['reports'] }],
    ['a scope of 65 characters', 'scope_invalid', { scopes: [`a:${'b'.repeat(63)}`] }],
    ['a malformed address block', 'cidr_invalid', { allowedCidrs: ['10.0.0.0/33'] }],
    ['an address without a prefix', 'cidr_invalid', { allowedCidrs: ['10.0.0.1'] }],
    ['an expiry at the instant of minting', 'expiry_invalid', { expiresAt: token.mintedAt }],
    ['an expiry that is no instant', 'expiry_invalid', { expiresAt: 'soon' }],
  ])('refuses %s', (_, code, changes) => given().when(mint(changes)).thenRefused(code));
  test('refuses the id of another token', () =>
    given(minted)
      .when(mint({ sha256: 'f'.repeat(64) }))
      .thenRefused('token_exists'));
});

describe('revoking', () => {
  test('ends the token', () => given(minted).when(revoke()).then(revoked));
  test('does nothing if the token is already revoked', () => given(minted, revoked).when(revoke()).thenNothing());
  test('refuses an unknown token', () => given().when(revoke()).thenRefused('token_unknown'));
  test("refuses another tenant's token as if it were unknown", () =>
    given(minted).when(revoke('globex')).thenRefused('token_unknown'));
});
