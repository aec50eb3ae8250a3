import { X509Certificate } from 'node:crypto';
import type { PublishedKey } from './port.js';

/** A public key as published at /.well-known/jwks.json (RFC 7517 §4). */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly use: 'sig';
  /** The certificate chain, leaf first, each base64 DER (RFC 7517 §4.7). */
  readonly x5c: readonly string[];
  /** Present, and true, for the development key that the software makes on first start. */
  readonly development?: true;
  /** The period in which the key signs: seconds since 1970, as in RFC 7519 §4.1.4 and §4.1.5. */
  readonly nbf?: number;
  readonly exp?: number;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

export interface JwkSet {
  readonly keys: readonly PublicJwk[];
}

/** The given keys. A retired key stays in the set for as long as its signatures must be verifiable: see `KeyRing`. */
export function jwksOf(keys: readonly PublishedKey[]): JwkSet {
  return { keys: keys.map((key) => jwkOf(key)) };
}

/** `period` is widened to whole seconds because a claimed time in a PDF has no fractions. */
export function jwkOf(
  key: PublishedKey,
  period: { readonly validFrom?: Date; readonly retiredAt?: Date } = {},
): PublicJwk {
  const { kty, n, e, crv, x, y } = new X509Certificate(key.certificate).publicKey.export({ format: 'jwk' });
  const numbers = kty === 'RSA' ? { kty, n: n!, e: e! } : { kty: kty!, crv: crv!, x: x!, y: y! };
  const { validFrom, retiredAt } = period;
  return {
    ...numbers,
    kid: key.keyId,
    alg: key.algorithm,
    use: 'sig',
    x5c: [key.certificate, ...key.chain].map((certificate) => Buffer.from(certificate).toString('base64')),
    ...(key.isDevelopmentKey ? { development: true } : {}),
    ...(validFrom && { nbf: Math.floor(validFrom.getTime() / 1000) }),
    ...(retiredAt && { exp: Math.ceil(retiredAt.getTime() / 1000) }),
  };
}
