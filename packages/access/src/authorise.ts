import type { ApiTokenMinted } from '@evidence/contracts';
import { isInside } from './addresses.js';

/** What must be known of a token to let a call pass; a row of a view, or the state of `apiToken`. */
export type TokenGrant = Readonly<Pick<ApiTokenMinted, 'scopes' | 'expiresAt' | 'allowedCidrs'>> & {
  /** When it was revoked. Absent: it was not. */
  readonly revokedAt?: string;
  /** An event of it cannot be read, and may be its revocation. Absent: all can. */
  readonly unreadable?: true;
};

/**
 * - `invalid_token` (401): no such token, a revoked one, or one whose state cannot be read. These are not told apart.
 * - `expired_token` (401): mint another.
 * - `ip_not_allowed` (403): the token is restricted to other addresses.
 * - `missing_scope` (403): mint a token that has the scope.
 */
export type AccessRefusalCode = 'invalid_token' | 'expired_token' | 'ip_not_allowed' | 'missing_scope';

export type Access = { readonly ok: true } | { readonly ok: false; readonly code: AccessRefusalCode };

interface Call {
  /** What was found under the hash of the bearer token; undefined: nothing. */
  readonly token: TokenGrant | undefined;
  /** What the call needs, matched exactly; undefined: any valid token will do. */
  readonly scope: string | undefined;
  readonly now: Date;
  /** Where the call comes from. Without it a token restricted to addresses does not pass. */
  readonly address?: string | undefined;
}

/** Whether the call may pass. The address is judged before the scope, so that a stolen token tells a stranger nothing. */
export function authorise({ token, scope, now, address }: Call): Access {
  if (!token || token.revokedAt !== undefined || token.unreadable) return no('invalid_token');
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now.getTime()) return no('expired_token');
  const { allowedCidrs = [] } = token;
  if (allowedCidrs.length > 0 && !isInside(address ?? '', allowedCidrs)) return no('ip_not_allowed');
  if (scope !== undefined && !token.scopes.includes(scope)) return no('missing_scope');
  return { ok: true };
}

const no = (code: AccessRefusalCode): Access => ({ ok: false, code });
