import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { keysSay } from '../sentences/keys.js';
import type { SignatureAlgorithm } from '../x509/algorithms.js';
import { pemCertificatesIn } from '../x509/certificates.js';
import { algorithmOf, isDevelopmentCertificate, keyIdOf } from '../x509/keys.js';
import { RSA_MODULUS_MIN_BITS } from '../x509/rsa.js';

/** A public key that the caller trusts. It always comes from outside, never from the file being verified. */
export interface TrustedKey {
  /** RFC 7638 thumbprint: SHA-256, base64url. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** Made by the software on its first start: anyone who can start it can have such a key. */
  readonly isDevelopmentKey: boolean;
  /** From when, and until when, the key signs: `nbf` and `exp` of its JWK. Before and after, its signature is refused. */
  readonly validFrom?: Date;
  readonly retiredAt?: Date;
}

export interface Trust {
  readonly keys: readonly TrustedKey[];
}

export type TrustErrorCode = 'trust_unreadable' | 'trust_empty' | 'key_private' | 'key_repeated' | 'key_unsupported';

/** The trusted keys cannot be used. The message says what to give instead. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
  constructor(
    readonly code: TrustErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Far above any real set; each key is tried by its id only. */
const KEYS_MAX = 100;
/** Far above any real set of authorities to trust. */
const AUTHORITIES_MAX = 100;

/**
 * Reads trusted keys from text: a JWK Set or one JWK (RFC 7517), a PEM certificate, or a PEM public key. In a PEM file
 * of several certificates the first is the signer and the rest, its issuers, are not trusted to sign. `x5c` and `kid`
 * are ignored: the key itself is trusted, and its id is computed. Throws `TrustError`.
 */
export function readTrust(text: string): Trust {
  const keys = text.trimStart().startsWith('{') ? keysOfJson(text) : [keyOfPem(text)];
  const repeated = keys.find(({ keyId }, index) => keys.findIndex((each) => each.keyId === keyId) !== index);
  if (repeated !== undefined) {
    throw new TrustError('key_repeated', keysSay.repeated(repeated.keyId));
  }
  if (keys.length === 0) throw new TrustError('trust_empty', keysSay.empty);
  return { keys };
}

/**
 * Reads the authorities that the caller trusts: PEM certificates, one after the other, of the issuers of certificates
 * and time-stamps. Throws `TrustError`.
 */
export function readAuthorities(pem: string): X509Certificate[] {
  const blocks = pemCertificatesIn(pem);
  if (blocks.length === 0 || blocks.length > AUTHORITIES_MAX) {
    throw new TrustError('trust_unreadable', keysSay.authorities(AUTHORITIES_MAX, blocks.length));
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new TrustError('trust_unreadable', keysSay.authorityUnreadable, { cause });
  }
}

/** Throws `TrustError`. */
function trustedKey(publicKey: KeyObject, isDevelopmentKey = false): TrustedKey {
  const algorithm = algorithmOf(publicKey);
  if (algorithm === undefined) {
    throw new TrustError('key_unsupported', keysSay.unsupported(RSA_MODULUS_MIN_BITS, describe(publicKey)));
  }
  return { keyId: keyIdOf(publicKey), publicKey, algorithm, isDevelopmentKey };
}

function keysOfJson(text: string): TrustedKey[] {
  const json = parseObject(text);
  const jwks: unknown[] = Array.isArray(json.keys) ? json.keys : [json];
  if (jwks.length > KEYS_MAX) {
    throw new TrustError('trust_unreadable', keysSay.tooMany(jwks.length, KEYS_MAX));
  }
  return jwks.map((jwk) => {
    if (typeof jwk !== 'object' || jwk === null) throw new TrustError('trust_unreadable', keysSay.notAJwk);
    if ('d' in jwk) throw privateKeyRefused();
    return keyOfJwk(jwk as Jwk);
  });
}

type Jwk = JsonWebKey & Readonly<Partial<Record<'alg' | 'use' | 'key_ops' | 'development' | 'nbf' | 'exp', unknown>>>;

function keyOfJwk(jwk: Jwk): TrustedKey {
  const key = trustedKey(
    readKey(() => createPublicKey({ key: jwk, format: 'jwk' }), keysSay.unreadable(String(jwk.kty))),
    jwk.development === true,
  );
  // The key decides the algorithm. A set that states a different one is refused (RFC 8725 §3.1).
  if (jwk.alg !== undefined && jwk.alg !== key.algorithm) {
    throw new TrustError('key_unsupported', keysSay.otherAlgorithm(key.algorithm, String(jwk.alg)));
  }
  const { use = 'sig', key_ops = ['verify'] } = jwk;
  if (use !== 'sig' || !Array.isArray(key_ops) || !key_ops.includes('verify')) {
    const purpose = use === 'sig' ? `key_ops ${String(key_ops)}` : `use ${String(use)}`;
    throw new TrustError('key_unsupported', keysSay.otherPurpose(purpose));
  }
  const [validFrom, retiredAt] = [instantOf('nbf', jwk.nbf), instantOf('exp', jwk.exp)];
  return { ...key, ...(validFrom && { validFrom }), ...(retiredAt && { retiredAt }) };
}

/** A NumericDate (RFC 7519 §2): seconds since 1970. */
function instantOf(name: string, value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const time = new Date(typeof value === 'number' ? value * 1000 : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new TrustError('trust_unreadable', keysSay.notATime(name));
}

function keyOfPem(text: string): TrustedKey {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw privateKeyRefused();
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return trustedKey(readKey(() => createPublicKey(text)));
  return readKey(() => {
    const certificate = new X509Certificate(text);
    return trustedKey(certificate.publicKey, isDevelopmentCertificate(certificate));
  });
}

function parseObject(text: string): Record<string, unknown> {
  return readKey(() => JSON.parse(text) as Record<string, unknown>);
}

function readKey<T>(read: () => T, otherwise: string = keysSay.notAKeyFile): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw new TrustError('trust_unreadable', otherwise, { cause });
  }
}

const privateKeyRefused = (): TrustError => new TrustError('key_private', keysSay.isPrivate);

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, publicExponent, namedCurve = '' } = asymmetricKeyDetails ?? {};
  if (modulusLength === undefined) return `${asymmetricKeyType} ${namedCurve}`.trim();
  return `${asymmetricKeyType} ${modulusLength} with the exponent ${publicExponent}`;
}
