import { type AccessRefusalCode, authorise, type TokenGrant, type TokenScope } from '@evidence/access';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/** A bearer token that exists. */
export interface KnownToken {
  readonly tokenId: string;
  readonly tenant: string;
  readonly grant: TokenGrant;
  /** The subject as its issuer states it; undefined: we issued the token. */
  readonly subject?: string | undefined;
}

/** The caller, as far as the token identifies it. */
export interface Caller {
  readonly tenant: string;
  readonly tokenId: string;
  /** What the token permits. */
  readonly scopes: readonly string[];
}

interface Attempt {
  readonly token: KnownToken | undefined;
  /** The scope that the call needs; undefined: any valid token will do. */
  readonly scope: TokenScope | undefined;
  readonly address: string;
  readonly now: Date;
}

/** Whether a bearer token has the form of a JWT (RFC 7515 §7.1). Our own tokens have no dots. */
export const isJwt = (token: string): boolean => token.split('.').length === 3;

/** The caller, if its token is valid for this call. Otherwise throws a problem with status 401 or 403. */
export function callerOf({ token, scope, address, now }: Attempt): Caller {
  const access = authorise({ token: token?.grant, scope, now, address });
  if (access.ok && token) return { tenant: token.tenant, tokenId: token.tokenId, scopes: token.grant.scopes };
  throw refusal(access.ok ? 'invalid_token' : access.code, scope);
}

/** Checks a scope that only an optional part of a call needs. Throws `missing_scope`. */
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
