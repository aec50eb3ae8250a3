/** The public part of a signing key. `keyId` is the RFC 7638 thumbprint (SHA-256, base64url) of the public key. */
export interface PublishedKey {
  readonly keyId: string;
  /** RSASSA-PKCS1-v1_5 with SHA-256 is the default: byte-reproducible (RFC 8017 §8.2). */
  readonly algorithm: 'RS256' | 'ES256';
  /** DER of the signing certificate, then of its issuers, leaf first. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
  /** True for the key that the software makes on first start: every artifact signed with it says "development key". */
  readonly isDevelopmentKey: boolean;
}

/** The holder of a private key: a PEM or PKCS #12 file, or a KMS. Asynchronous because a KMS is. */
export interface Signer extends PublishedKey {
  /** Signs `bytes` (hashing them itself). An ES256 signature is DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
