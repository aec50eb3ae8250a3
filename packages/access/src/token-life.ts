import type { ApiTokenMinted, EventOf } from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';
import { redactedWithin } from '@evidence/redaction';
import { isCidr } from './addresses.js';
import { isTokenScope } from './scopes.js';

const NAME_CHARS_MAX = 100;
const SCOPES_MAX = 64;
const CIDRS_MAX = 64;

export type TokenEvent = EventOf<'ApiTokenMinted' | 'ApiTokenRevoked'>;

/** Mints the token whose hash is in the data. The same command again does nothing. */
export type MintToken = { readonly type: 'MintToken'; readonly data: Readonly<ApiTokenMinted> };

/** Revokes a token of this tenant from now on. */
export type RevokeToken = {
  readonly type: 'RevokeToken';
  readonly data: { readonly tokenId: string; readonly tenant: string; readonly revokedAt: string };
};

/**
 * - `name_invalid`, `scope_invalid`, `cidr_invalid`, `expiry_invalid`: correct the value named in the facts.
 * - `token_exists`: another token has this id; generate a new one.
 * - `token_unknown`: this tenant has no such token; list them.
 */
export type TokenRefusalCode =
  | 'name_invalid'
  | 'scope_invalid'
  | 'cidr_invalid'
  | 'expiry_invalid'
  | 'token_exists'
  | 'token_unknown';

/** One bearer token, the stream `token-<tokenId>`. */
export type ApiToken =
  | { readonly phase: 'absent' }
  | ({ readonly phase: 'active' } & Readonly<ApiTokenMinted>)
  | ({ readonly phase: 'revoked'; readonly revokedAt: string } & Readonly<ApiTokenMinted>);

/** The shell decides who may mint: the operator at the command line. */
export const apiToken: Decider<MintToken | RevokeToken, ApiToken, TokenEvent> = {
  initialState: { phase: 'absent' },

  evolve(token, event): ApiToken {
    switch (event.type) {
      case 'ApiTokenMinted':
        return token.phase === 'absent' ? { phase: 'active', ...event.data } : token;
      case 'ApiTokenRevoked':
        return token.phase === 'active' ? { ...token, phase: 'revoked', revokedAt: event.data.revokedAt } : token;
      default:
        return token;
    }
  },

  decide(command, token): readonly TokenEvent[] {
    switch (command.type) {
      case 'MintToken':
        return mint(command.data, token);
      case 'RevokeToken':
        return revoke(command.data, token);
    }
  },
};

function mint(data: Readonly<ApiTokenMinted>, token: ApiToken): readonly TokenEvent[] {
  if (token.phase !== 'absent') {
    if (token.sha256 === data.sha256) return [];
    throw refusal('token_exists', `The token ${data.tokenId} already exists. Mint one with a new id.`, {
      tokenId: data.tokenId,
    });
  }
  checkName(data.name);
  checkScopes(data.scopes);
  checkCidrs(data.allowedCidrs ?? []);
  const { mintedAt, expiresAt } = data;
  if (expiresAt !== undefined && !(Date.parse(expiresAt) > Date.parse(mintedAt))) {
    throw refusal('expiry_invalid', 'A token must expire after it is minted. Give a later time.', {
      mintedAt,
      expiresAt,
    });
  }
  return [{ type: 'ApiTokenMinted', data: { ...data, name: redactedWithin(data.name, 'name', NAME_CHARS_MAX) } }];
}

function revoke({ tokenId, tenant, revokedAt }: RevokeToken['data'], token: ApiToken): readonly TokenEvent[] {
  if (token.phase === 'absent' || token.tenant !== tenant) {
    throw refusal('token_unknown', `The tenant ${tenant} has no token ${tokenId}.`, { tokenId, tenant });
  }
  return token.phase === 'active' ? [{ type: 'ApiTokenRevoked', data: { tokenId, revokedAt } }] : [];
}

function checkName(name: string): void {
  if (name.trim().length > 0 && name.length <= NAME_CHARS_MAX) return;
  throw refusal('name_invalid', `A token's name must have 1 to ${NAME_CHARS_MAX} characters.`, { name });
}

function checkScopes(scopes: readonly string[]): void {
  if (scopes.length === 0 || scopes.length > SCOPES_MAX) {
    throw refusal('scope_invalid', `A token must have 1 to ${SCOPES_MAX} scopes.`, { count: scopes.length });
  }
  const scope = scopes.find((each) => !isTokenScope(each));
  if (scope === undefined) return;
  throw refusal('scope_invalid', `"${scope}" is not a valid scope. Write <area>:<action>, such as reports:read.`, {
    scope,
  });
}

function checkCidrs(cidrs: readonly string[]): void {
  if (cidrs.length > CIDRS_MAX) {
    throw refusal('cidr_invalid', `A token can have at most ${CIDRS_MAX} address blocks.`, { count: cidrs.length });
  }
  const cidr = cidrs.find((each) => !isCidr(each));
  if (cidr === undefined) return;
  throw refusal('cidr_invalid', `"${cidr}" is not an address block. Write one such as 10.0.0.0/8 or 2001:db8::/32.`, {
    cidr,
  });
}

const refusal = (code: TokenRefusalCode, message: string, facts: Readonly<Record<string, unknown>>) =>
  new Refusal(code, message, facts);
