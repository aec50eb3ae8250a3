export type { SignatureAlgorithm } from './algorithms.js';
export { type Issued, readAuthorities } from './certificates.js';
export {
  type CertificateChain,
  readSignedData,
  type SignedDataParts,
  signedAttributes,
  signedData,
} from './cms.js';
export { EXIT, type ExitCode, type Streams, verifyCommand } from './command.js';
export {
  contextTag,
  DerError,
  type DerValue,
  der,
  memberAt,
  membersOf,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  smallInteger,
  TAG,
} from './der.js';
export {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  STATEMENT_TYPE,
  type Statement,
} from './dsse.js';
export { normalSignature } from './ecdsa.js';
export { maySign } from './extensions.js';
export { issuedFor, storedCertificates } from './lasting.js';
export { normalOcspResponse, ocspRequest } from './ocsp.js';
export {
  documentTimestampRevision,
  type SecurityStore,
  securityStoreRevision,
} from './pdf-archive.js';
export { type PdfDictionary, pdfDate, pdfText, referenceOf } from './pdf-dictionary.js';
export { malformed, PdfError, type PdfErrorCode, unsupported } from './pdf-error.js';
export { firstPageOf, openPdfFile, type PdfFile } from './pdf-file.js';
export { RevisionText } from './pdf-revision.js';
export { digestAround, type PdfRevisions, readRevisions, unpadded } from './pdf-revisions.js';
export { findPdfSignature, type PdfSignature, readGap } from './pdf-signature.js';
export { ProofError, type ProofErrorCode } from './proof-error.js';
export { type RevocationEvidence, requireAllGood, statusFrom } from './revocation.js';
export { imprintOf, nonceOf, normalTimestamp, type ProvenTime, verifyTimestamp } from './timestamp.js';
export { readTimestampToken, type TimestampToken, timestampToken } from './timestamp-token.js';
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
export {
  type Check,
  type CheckName,
  type FailureCode,
  LEVELS,
  type Level,
  type SignedBy,
  type SigningTime,
  type Verification,
} from './verification.js';
export { type Artifact, type VerifyAttestation, verifyAttestation } from './verify-attestation.js';
export { type VerifyPdf, verifyPdf } from './verify-pdf.js';
