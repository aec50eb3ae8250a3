import { X509Certificate } from 'node:crypto';
import type { Signer } from './port.js';

/** A public key as published at /.well-known/jwks.json (RFC 7517 §4). */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly use: 'sig';
  /** The certificate chain, leaf first, each base64 DER (RFC 7517 §4.7). */
  readonly x5c: readonly string[];
  /** Present, and true, for the key that a first start made by itself. */
  readonly development?: true;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

export interface JwkSet {
  readonly keys: readonly PublicJwk[];
}

/** The keys of all `signers`; a signer of the past stays in the set as long as what it signed is to be verified. */
export function jwksOf(signers: readonly Signer[]): JwkSet {
  return { keys: signers.map(jwkOf) };
}

function jwkOf(signer: Signer): PublicJwk {
  const { kty, n, e, crv, x, y } = new X509Certificate(signer.certificate).publicKey.export({ format: 'jwk' });
  const key = kty === 'RSA' ? { kty, n: n!, e: e! } : { kty: kty!, crv: crv!, x: x!, y: y! };
  return {
    ...key,
    kid: signer.keyId,
    alg: signer.algorithm,
    use: 'sig',
    x5c: [signer.certificate, ...signer.chain].map((certificate) => Buffer.from(certificate).toString('base64')),
    ...(signer.isDevelopmentKey ? { development: true } : {}),
  };
}
