// jose: the library of the field for JOSE, without dependencies, over WebCrypto; it has answered every known attack on JWTs (RFC 8725).
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { KnownToken } from '../core/access/authenticate.js';
import { type ClaimNames, tokenOfClaims } from '../core/access/claims.js';
import { unavailable } from '../core/call/problem.js';
import { sentences } from '../core/call/sentences.js';
import type { TokenIssuer } from '../ports.js';

/** Keys are good for so long; a key that the issuer withdraws is refused after it at the latest. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** A key id that is not among the keys makes us look again, but not more often. Publish a new key that long before its first use. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;
/** How long an issuer that did not respond is not asked again. */
const RETRY_AFTER_MS = 10_000;

export interface OidcIssuerOptions {
  /** The expected `iss`. */
  readonly issuer: string;
  /** The expected `aud`: our own name. */
  readonly audience: string;
  readonly jwksUrl: string;
  readonly claims: ClaimNames;
  /** What `typ` in the header must be: an access token, not an ID token of the same issuer. Absent: anything. */
  readonly type?: 'at+jwt' | undefined;
  /** From `iat` to `exp` at most. */
  readonly lifetimeSecondsMax: number;
  /** Signature algorithms that are taken (RFC 7518 §3.1), public-key ones only. */
  readonly algorithms: readonly string[];
  /** How far our clock and the issuer's may differ. */
  readonly clockSkewS: number;
}

/** An OpenID provider whose JWTs are taken as bearer tokens (RFC 9068 §4). Its keys are fetched when they are first needed. */
export class OidcIssuer implements TokenIssuer {
  readonly #keys: JWTVerifyGetKey;
  #leftAloneUntil = 0;

  constructor(private readonly options: OidcIssuerOptions) {
    this.#keys = createRemoteJWKSet(new URL(options.jwksUrl), {
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      timeoutDuration: KEYS_TIMEOUT_MS,
      [customFetch]: (url, init) => this.#fetchKeys(url, init),
    });
  }

  async find(jwt: string, now: Date): Promise<KnownToken | undefined> {
    const { issuer, audience, algorithms, type, clockSkewS } = this.options;
    try {
      const { payload } = await jwtVerify(jwt, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockSkewS,
        currentDate: now,
        requiredClaims: ['exp', 'iat', 'sub', 'aud'],
        ...(type && { typ: type }),
      });
      return tokenOfClaims(payload, this.options);
    } catch (error) {
      // Signature, type, issuer and audience are verified by then (jose 6.2.18): it is one of theirs, and was good.
      if (error instanceof errors.JWTExpired) return tokenOfClaims(error.payload, this.options);
      if (isVerdict(error)) return undefined;
      throw unavailable(sentences.issuerUnavailable);
    }
  }

  /** Monotonic clock: this is about waiting, not about when a token is good. */
  async #fetchKeys(url: string, init: RequestInit): Promise<Response> {
    if (performance.now() < this.#leftAloneUntil) throw new Error(`${url} did not answer a moment ago`);
    this.#leftAloneUntil = performance.now() + RETRY_AFTER_MS;
    const response = await fetch(url, init);
    if (response.ok) this.#leftAloneUntil = 0;
    return response;
  }
}

/** Whether `error` is about the token. The rest is about the issuer's keys: not had in time, or no key set. */
const isVerdict = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
