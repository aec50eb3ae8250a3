import type { ApiTokenMinted } from '@evidence/contracts';
import { isInside } from './addresses.js';

/** What must be known about a token to authorise a call: a row of a view, or the state of `apiToken`. */
export type TokenGrant = Readonly<Pick<ApiTokenMinted, 'scopes' | 'expiresAt' | 'allowedCidrs'>> & {
  /** When it was revoked. Absent: it is not revoked. */
  readonly revokedAt?: string;
  /** One of its events cannot be read, and may be its revocation. Absent: all can be read. */
  readonly unreadable?: true;
};

/**
 * - `invalid_token` (401): the token does not exist, is revoked, or its state cannot be read. The response is the same in all three cases.
 * - `expired_token` (401): mint another.
 * - `ip_not_allowed` (403): the token is restricted to other addresses.
 * - `missing_scope` (403): mint a token that has the scope.
 */
export type AccessRefusalCode = 'invalid_token' | 'expired_token' | 'ip_not_allowed' | 'missing_scope';

export type Access = { readonly ok: true } | { readonly ok: false; readonly code: AccessRefusalCode };

interface Call {
  /** The token with the hash of the bearer token; undefined: there is none. */
  readonly token: TokenGrant | undefined;
  /** The scope that the call needs, matched exactly; undefined: any valid token may call. */
  readonly scope: string | undefined;
  readonly now: Date;
  /** Where the call comes from. Without it, a token that is restricted to addresses is refused. */
  readonly address?: string | undefined;
}

/** Whether the call is authorised. The address is checked before the scope, so that a stolen token reveals nothing at a foreign address. */
export function authorise({ token, scope, now, address }: Call): Access {
  if (!token || token.revokedAt !== undefined || token.unreadable) return no('invalid_token');
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now.getTime()) return no('expired_token');
  const { allowedCidrs = [] } = token;
  if (allowedCidrs.length > 0 && !isInside(address ?? '', allowedCidrs)) return no('ip_not_allowed');
  if (scope !== undefined && !token.scopes.includes(scope)) return no('missing_scope');
  return { ok: true };
}

const no = (code: AccessRefusalCode): Access => ({ ok: false, code });
