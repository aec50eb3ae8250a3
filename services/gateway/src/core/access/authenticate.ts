import { type AccessRefusalCode, authorise, type TokenGrant, type TokenScope } from '@evidence/access';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/** A bearer token that exists. */
export interface KnownToken {
  readonly tokenId: string;
  readonly tenant: string;
  readonly grant: TokenGrant;
  /** Who its issuer says it is; undefined: it was minted by us. */
  readonly subject?: string | undefined;
}

/** Who calls, as far as the token tells. */
export interface Caller {
  readonly tenant: string;
  readonly tokenId: string;
  /** What the token allows. */
  readonly scopes: readonly string[];
}

interface Attempt {
  readonly token: KnownToken | undefined;
  /** What the call needs; undefined: any valid token. */
  readonly scope: TokenScope | undefined;
  readonly address: string;
  readonly now: Date;
}

/** Whether a bearer token has the form of a JWT (RFC 7515 §7.1): ours have no dots. */
export const isJwt = (token: string): boolean => token.split('.').length === 3;

/** The caller, when its token is good for this call. Throws the family's 401 or 403. */
export function callerOf({ token, scope, address, now }: Attempt): Caller {
  const access = authorise({ token: token?.grant, scope, now, address });
  if (access.ok && token) return { tenant: token.tenant, tokenId: token.tokenId, scopes: token.grant.scopes };
  throw refusal(access.ok ? 'invalid_token' : access.code, scope);
}

/** For what a call may ask beyond what it needs. Throws `missing_scope`. */
export function requireTokenScope({ scopes }: Caller, scope: TokenScope): void {
  if (!scopes.includes(scope)) throw refusal('missing_scope', scope);
}

function refusal(code: AccessRefusalCode, scope: TokenScope | undefined): Problem {
  switch (code) {
    case 'invalid_token':
      return new Problem(code, sentences.tokenInvalid);
    case 'expired_token':
      return new Problem(code, sentences.tokenExpired);
    case 'ip_not_allowed':
      return new Problem(code, sentences.addressNotAllowed);
    case 'missing_scope':
      return new Problem(code, sentences.scopeMissing(scope), scope === undefined ? {} : { allowed: [scope] });
  }
}
