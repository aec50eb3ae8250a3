// jose is the established library for JOSE. It has no dependencies, uses WebCrypto, and handles every known attack on JWTs (RFC 8725).
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { KnownToken } from '../core/access/authenticate.js';
import { type ClaimNames, tokenOfClaims } from '../core/access/claims.js';
import { unavailable } from '../core/call/problem.js';
import { sentences } from '../core/call/sentences.js';
import type { TokenIssuer } from '../ports.js';

/** How long fetched keys are used. A key that the issuer withdraws is refused after this time at the latest. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** The shortest time between two fetches because of an unknown key id. An issuer must publish a new key this long before its first use. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;
/** How long to wait before asking an issuer again that did not respond. */
const RETRY_AFTER_MS = 10_000;

export interface OidcIssuerOptions {
  /** The expected `iss`. */
  readonly issuer: string;
  /** The expected `aud`: our own name. */
  readonly audience: string;
  readonly jwksUrl: string;
  readonly claims: ClaimNames;
  /** The required `typ` in the header, which excludes ID tokens of the same issuer. Absent: any. */
  readonly type?: 'at+jwt' | undefined;
  /** The longest time from `iat` to `exp`. */
  readonly lifetimeSecondsMax: number;
  /** The accepted signature algorithms (RFC 7518 §3.1), only public-key ones. */
  readonly algorithms: readonly string[];
  /** How far our clock and the issuer's may differ. */
  readonly clockSkewS: number;
}

/** An OpenID provider whose JWTs are accepted as bearer tokens (RFC 9068 §4). Its keys are fetched when they are first needed. */
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
      // Signature, type, issuer and audience are already verified (jose 6.2.18), so it is a token of this issuer that was valid.
      if (error instanceof errors.JWTExpired) return tokenOfClaims(error.payload, this.options);
      if (isVerdict(error)) return undefined;
      throw unavailable(sentences.issuerUnavailable);
    }
  }

  /** On the monotonic clock, because it measures a wait and not the validity of a token. */
  async #fetchKeys(url: string, init: RequestInit): Promise<Response> {
    if (performance.now() < this.#leftAloneUntil) throw new Error(`${url} did not respond a moment ago`);
    this.#leftAloneUntil = performance.now() + RETRY_AFTER_MS;
    const response = await fetch(url, init);
    if (response.ok) this.#leftAloneUntil = 0;
    return response;
  }
}

/** Whether `error` is about the token. All other errors are about the issuer's keys: they did not arrive in time, or are not a key set. */
const isVerdict = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
