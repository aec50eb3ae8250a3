import { hashToken } from '@evidence/access';
import { isTenantSlug } from '@evidence/contracts';
import type { KnownToken } from './authenticate.js';

/** The claims of a token whose signature, issuer and audience are verified (RFC 7519 §4). */
export type Claims = Readonly<Record<string, unknown>>;

/** The names of the claims with the tenant and the scopes of a token. */
export interface ClaimNames {
  readonly tenant: string;
  /** The claim is a list, or a text with spaces between the scopes (`scope`, RFC 8693 §4.2). */
  readonly scopes: string;
}

/** How an issuer's claims are read. */
export interface ClaimRules {
  readonly claims: ClaimNames;
  /** The allowed difference between our clock and the issuer's. */
  readonly clockSkewS: number;
  /** The longest time from `iat` to `exp`. Limited, because a JWT cannot be revoked. */
  readonly lifetimeSecondsMax: number;
}

const SUBJECT_CHARS_MAX = 255;
const SCOPES_MAX = 64;

/**
 * The token that the claims describe; undefined if they have no valid tenant or subject, or a longer lifetime than allowed. Its id is a digest of
 * issuer and subject, so that all tokens of a subject are one actor. It is valid until `clockSkewS` after `exp`.
 */
export function tokenOfClaims(
  claims: Claims,
  { claims: names, clockSkewS, lifetimeSecondsMax }: ClaimRules,
): KnownToken | undefined {
  const { iss, sub, exp, iat } = claims;
  const tenant = claims[names.tenant];
  if (!isTenantSlug(tenant)) return undefined;
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > SUBJECT_CHARS_MAX) return undefined;
  if (typeof exp !== 'number' || !(Math.abs(exp) < LAST_SECOND)) return undefined;
  if (typeof iat !== 'number' || !(exp - iat <= lifetimeSecondsMax)) return undefined;
  return {
    tokenId: `oidc_${hashToken(`${iss}\n${sub}`).slice(0, 32)}`,
    tenant,
    subject: sub,
    grant: { scopes: scopesIn(claims[names.scopes]), expiresAt: new Date((exp + clockSkewS) * 1000).toISOString() },
  };
}

/** 9999-12-31, the last day that RFC 3339 can express. */
const LAST_SECOND = 253_402_300_000;

function scopesIn(claim: unknown): string[] {
  const listed: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return listed.filter((scope) => typeof scope === 'string' && scope !== '').slice(0, SCOPES_MAX) as string[];
}
