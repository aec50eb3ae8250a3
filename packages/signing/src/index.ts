export { type Attest, attest } from './attest.js';
export { openConfiguredSigner, type SigningConfiguration } from './configured-signer.js';
export { type EnsureDevelopmentAuthority, ensureDevelopmentAuthority } from './development-authority.js';
export { type JwkSet, jwksOf, type PublicJwk } from './jwks.js';
export { type KeySource, openPemSigner, openSigner, type PemKey } from './pem-signer.js';
export type { Signer } from './port.js';
export { type SignPdf, signPdf } from './sign-pdf.js';
export { SigningError, type SigningErrorCode } from './signing-error.js';
