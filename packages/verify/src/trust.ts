import { createHash, createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithms.js';

/** A public key that the caller trusts. It always comes from outside, never from the file being verified. */
export interface TrustedKey {
  /** RFC 7638 thumbprint: SHA-256, base64url. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** The key of a first start, made on the spot: whoever can start the software can have one. */
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

/** What the subject of a certificate says when a first start made it. Signing writes it, verifying looks for it. */
export const DEVELOPMENT_KEY_MARK = 'development key';

/** NIST SP 800-57 part 1 rev. 5 §5.6.1: 112 bits of security, the least that is still acceptable. */
const RSA_MODULUS_MIN_BITS = 2048;

const NO_KEY_FILE = 'The key file is neither a JWK Set (jwks.json) nor a PEM certificate or public key.';

/** Far above any real set; each key is tried by its id only. */
const KEYS_MAX = 100;

/**
 * Reads trusted keys from text: a JWK Set or one JWK (RFC 7517), a PEM certificate, or a PEM public key. In a PEM file
 * of several certificates the first is the signer and the rest, its issuers, are not trusted to sign. `x5c` and `kid`
 * are not relied upon: the key is what is trusted, and its id is computed. Throws `TrustError`.
 */
export function readTrust(text: string): Trust {
  const keys = text.trimStart().startsWith('{') ? keysOfJson(text) : [keyOfPem(text)];
  const repeated = keys.find(({ keyId }, index) => keys.findIndex((each) => each.keyId === keyId) !== index);
  if (repeated !== undefined) {
    throw new TrustError(
      'key_repeated',
      `The key set has the key ${repeated.keyId} more than once, and which period counts is open: leave one.`,
    );
  }
  if (keys.length === 0) throw new TrustError('trust_empty', 'The key set is empty: give at least one public key.');
  return { keys };
}

/** The trusted key for `publicKey`, made when the public key itself is what the caller holds. Throws `TrustError`. */
export function trustedKey(publicKey: KeyObject, isDevelopmentKey = false): TrustedKey {
  const algorithm = algorithmOf(publicKey);
  if (algorithm === undefined) {
    throw new TrustError(
      'key_unsupported',
      `A key must be RSA of at least ${RSA_MODULUS_MIN_BITS} bits or EC P-256; this one is ${describe(publicKey)}.`,
    );
  }
  return { keyId: keyIdOf(publicKey), publicKey, algorithm, isDevelopmentKey };
}

/** JWK thumbprint (RFC 7638 §3): SHA-256 over the required members in lexicographic order, base64url. RSA and EC. */
export function keyIdOf(publicKey: KeyObject): string {
  const { kty, n, e, crv, x, y } = publicKey.export({ format: 'jwk' });
  const required = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/** The algorithm that a key of this kind signs with here, or undefined when it is too weak or of another kind. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_MODULUS_MIN_BITS) return 'RS256';
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  return undefined;
}

function keysOfJson(text: string): TrustedKey[] {
  const json = parseObject(text);
  const jwks: unknown[] = Array.isArray(json.keys) ? json.keys : [json];
  if (jwks.length > KEYS_MAX) {
    throw new TrustError('trust_unreadable', `The key set has ${jwks.length} keys; at most ${KEYS_MAX} are read.`);
  }
  return jwks.map((jwk) => {
    if (typeof jwk !== 'object' || jwk === null)
      throw new TrustError('trust_unreadable', 'A key of the set is not a JWK.');
    if ('d' in jwk) throw privateKeyRefused();
    return keyOfJwk(jwk as Jwk);
  });
}

type Jwk = JsonWebKey & Readonly<Partial<Record<'alg' | 'use' | 'key_ops' | 'development' | 'nbf' | 'exp', unknown>>>;

function keyOfJwk(jwk: Jwk): TrustedKey {
  const key = trustedKey(
    readKey(
      () => createPublicKey({ key: jwk, format: 'jwk' }),
      `A key of the set, of kty ${String(jwk.kty)}, cannot be read: it must be RSA or EC.`,
    ),
    jwk.development === true,
  );
  // The key decides the algorithm. A set that says another one is not to be interpreted (RFC 8725 §3.1).
  if (jwk.alg !== undefined && jwk.alg !== key.algorithm) {
    throw new TrustError(
      'key_unsupported',
      `A key of the set is for ${key.algorithm} and says alg ${String(jwk.alg)}.`,
    );
  }
  const { use = 'sig', key_ops = ['verify'] } = jwk;
  if (use !== 'sig' || !Array.isArray(key_ops) || !key_ops.includes('verify')) {
    const purpose = use === 'sig' ? `key_ops ${String(key_ops)}` : `use ${String(use)}`;
    throw new TrustError('key_unsupported', `A key of the set is for ${purpose}, not for verifying signatures.`);
  }
  const [validFrom, retiredAt] = [instantOf('nbf', jwk.nbf), instantOf('exp', jwk.exp)];
  return { ...key, ...(validFrom && { validFrom }), ...(retiredAt && { retiredAt }) };
}

/** A NumericDate (RFC 7519 §2): seconds since 1970. */
function instantOf(name: string, value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const time = new Date(typeof value === 'number' ? value * 1000 : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new TrustError('trust_unreadable', `A key of the set has an ${name} that is no number of seconds.`);
}

function keyOfPem(text: string): TrustedKey {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw privateKeyRefused();
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return trustedKey(readKey(() => createPublicKey(text)));
  return readKey(() => {
    const certificate = new X509Certificate(text);
    return trustedKey(certificate.publicKey, isDevelopmentCertificate(certificate));
  });
}

/** True when the subject says so. The mark is the signer's word, which the signature covers. */
export function isDevelopmentCertificate(certificate: X509Certificate): boolean {
  return certificate.subject.includes(DEVELOPMENT_KEY_MARK);
}

function parseObject(text: string): Record<string, unknown> {
  return readKey(() => JSON.parse(text) as Record<string, unknown>);
}

function readKey<T>(read: () => T, otherwise = NO_KEY_FILE): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw new TrustError('trust_unreadable', otherwise, { cause });
  }
}

const privateKeyRefused = (): TrustError =>
  new TrustError(
    'key_private',
    'This is a private key. A verifier needs the public one only: give jwks.json or the certificate.',
  );

const describe = (key: KeyObject): string =>
  `${key.asymmetricKeyType} ${key.asymmetricKeyDetails?.modulusLength ?? key.asymmetricKeyDetails?.namedCurve ?? ''}`.trim();
