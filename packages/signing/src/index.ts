export { type Attest, attest } from './attest.js';
export { type EnsureDevelopmentAuthority, ensureDevelopmentAuthority } from './development-authority.js';
export {
  type ExternalKey,
  type ExternalSignerLimits,
  openExternalSigner,
  type SignRequest,
} from './external-signer.js';
export type { HttpLimits } from './http.js';
export { type JwkSet, jwksOf, type PublicJwk } from './jwks.js';
export { type KeyPeriod, KeyRing, type RingKey } from './key-ring.js';
export {
  type Authorities,
  extendToLt,
  extendToLta,
  type Level,
  type PdfDraft,
  type Raise,
  raiseTo,
  timestampPdf,
} from './lasting-signature.js';
export { type KeySource, openPemSigner, openSigner, type PemKey } from './pem-signer.js';
export { openPkcs12Signer, type Pkcs12Key } from './pkcs12-signer.js';
export type { PublishedKey, Signer } from './port.js';
export { type HttpRevocationSource, httpRevocationSource, type RevocationSource } from './revocation-source.js';
export { reasonOf, type SignPdf, signPdf } from './sign-pdf.js';
export { SigningError, type SigningErrorCode } from './signing-error.js';
export { listedFiles, openSigningKeys, publishedKeys, type SigningConfiguration } from './signing-keys.js';
export { type HttpTimeStampAuthority, httpTimeStampAuthority, type TimeStampAuthority } from './timestamp-authority.js';
