import { type AccessRefusalCode, authorise, type KnownScope, type TokenGrant } from '@evidence/access';
import { Problem } from './problem.js';

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
  readonly scope: KnownScope | undefined;
  readonly address: string;
  readonly now: Date;
}

/** The token in an `Authorization` header (RFC 6750 §2.1). Throws `missing_token`. */
export function bearerTokenIn(authorization: string | undefined): string {
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new Problem(
    'missing_token',
    'Send a token: Authorization: Bearer <token>.',
    {},
    { 'www-authenticate': CHALLENGE },
  );
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
export function requireScope({ scopes }: Caller, scope: KnownScope): void {
  if (!scopes.includes(scope)) throw refusal('missing_scope', scope);
}

const CHALLENGE = 'Bearer realm="evidence-reports"';

/** RFC 6750 §3: the challenge says what is wrong in the standard's words, the body in the family's. */
function refusal(code: AccessRefusalCode, scope: KnownScope | undefined): Problem {
  switch (code) {
    case 'invalid_token':
      return new Problem(
        code,
        'This token is not valid: it never was, or it was revoked. Use another.',
        {},
        {
          'www-authenticate': `${CHALLENGE}, error="invalid_token"`,
        },
      );
    case 'expired_token':
      return new Problem(
        code,
        'This token has expired: use another.',
        {},
        {
          'www-authenticate': `${CHALLENGE}, error="invalid_token", error_description="expired"`,
        },
      );
    case 'ip_not_allowed':
      return new Problem(code, 'This token may not be used from this address.');
    case 'missing_scope':
      return new Problem(
        code,
        `This token lacks the scope ${scope}: use one that has it.`,
        scope === undefined ? {} : { allowed: [scope] },
        {
          'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`,
        },
      );
  }
}
