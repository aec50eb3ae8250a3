/**
 * Whoever holds the private key: a PEM file in development, a KMS elsewhere. Asynchronous because a KMS is.
 * `keyId` is the RFC 7638 JWK thumbprint (SHA-256, base64url) of the public key.
 */
export interface Signer {
  readonly keyId: string;
  /** RSASSA-PKCS1-v1_5 with SHA-256 is the default: byte-reproducible (RFC 8017 §8.2). */
  readonly algorithm: 'RS256' | 'ES256';
  /** DER of the signing certificate, then of its issuers, leaf first. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
  /** True for the key that a first start makes by itself: every artifact signed with it says "development key". */
  readonly isDevelopmentKey: boolean;
  /** Signs `bytes` (hashing them itself). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
