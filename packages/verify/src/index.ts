export { type CertificateChain, readSignedData, type SignatureAlgorithm, signedAttributes, signedData } from './cms.js';
export { EXIT, type ExitCode, type Streams, verifyCommand } from './command.js';
export {
  type Envelope,
  encodeEnvelope,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  STATEMENT_TYPE,
  type Statement,
} from './dsse.js';
export {
  algorithmOf,
  DEVELOPMENT_KEY_MARK,
  isDevelopmentCertificate,
  keyIdOf,
  readTrust,
  type Trust,
  TrustError,
  type TrustErrorCode,
  type TrustedKey,
  trustedKey,
} from './trust.js';
export type { Check, CheckName, FailureCode, SignedBy, Verification } from './verification.js';
export { type Artifact, verifyAttestation } from './verify-attestation.js';
export { verifyPdf } from './verify-pdf.js';
