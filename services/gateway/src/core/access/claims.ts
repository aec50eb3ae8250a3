import { hashToken } from '@evidence/access';
import { isTenantSlug } from '@evidence/contracts';
import type { KnownToken } from './authenticate.js';

/** What an issuer's tokens say of their holder, once their signature, issuer and audience are verified (RFC 7519 §4). */
export type Claims = Readonly<Record<string, unknown>>;

/** In which claims an issuer says for which tenant its token is, and what it may do. */
export interface ClaimNames {
  readonly tenant: string;
  /** A list, or text with spaces between (`scope`, RFC 8693 §4.2). */
  readonly scopes: string;
}

/** How an issuer's claims are read. */
export interface ClaimRules {
  readonly claims: ClaimNames;
  /** How far our clock and the issuer's may differ. */
  readonly clockSkewS: number;
  /** From `iat` to `exp` at most: a JWT cannot be called back before its end. */
  readonly lifetimeSecondsMax: number;
}

const SUBJECT_CHARS_MAX = 255;
const SCOPES_MAX = 64;

/**
 * The token that the claims make; undefined when they name no tenant or no holder of ours, or give it longer than is allowed. It is known by
 * a digest of issuer and holder, so that all tokens of one holder are one actor; `clockSkewS` is granted past `exp`.
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

/** 9999-12-31: past it there is no RFC 3339 instant. */
const LAST_SECOND = 253_402_300_000;

function scopesIn(claim: unknown): string[] {
  const listed: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return listed.filter((scope) => typeof scope === 'string' && scope !== '').slice(0, SCOPES_MAX) as string[];
}
