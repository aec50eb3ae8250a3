import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithms.js';
import { isSoundRsa } from './rsa.js';

/** The mark in the subject of a development certificate. Signing writes it; verifying looks for it. */
export const DEVELOPMENT_KEY_MARK = 'development key';

/** JWK thumbprint (RFC 7638 §3): SHA-256 over the required members in lexicographic order, base64url. RSA and EC. */
export function keyIdOf(publicKey: KeyObject): string {
  const { kty, n, e, crv, x, y } = publicKey.export({ format: 'jwk' });
  const required = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/** The signature algorithm for a key of this kind, or undefined if it is too weak or of another kind. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  if (isSoundRsa(key)) return 'RS256';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  return undefined;
}

/** True if the subject has the mark. The mark is the signer's claim, which the signature covers. */
export function isDevelopmentCertificate(certificate: X509Certificate): boolean {
  return certificate.subject.includes(DEVELOPMENT_KEY_MARK);
}
