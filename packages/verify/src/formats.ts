/** Reading and writing the formats of a signed report, for @evidence/signing and @evidence/pdf: one definition for both sides. */

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
  unlessNotDer,
} from './asn1/der.js';
export { issuedFor, storedCertificates } from './cms/certificates-in-use.js';
export { type ContentSigner, signContent } from './cms/sign.js';
export {
  type CertificateChain,
  readSignedData,
  type SignedDataParts,
  signedAttributes,
  signedData,
} from './cms/signed-data.js';
export { imprintOf, nonceOf, normalTimestamp, type ProvenTime, verifyTimestamp } from './cms/timestamp.js';
export { readTimestampToken, type TimestampToken, timestampToken } from './cms/timestamp-token.js';
export {
  encodeEnvelope,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  STATEMENT_TYPE,
  type Statement,
} from './dsse/envelope.js';
export {
  documentTimestampRevision,
  type SecurityStore,
  type SignatureRevision,
  securityStoreRevision,
} from './pdf-file/added-revisions.js';
export { CERTIFIES, permissions } from './pdf-file/certification.js';
export { type PdfDictionary, referenceOf } from './pdf-file/dictionary.js';
export { bytesOfFile, type FileBytes } from './pdf-file/file-bytes.js';
export { LEVELS, type Level } from './pdf-file/level.js';
export { firstPageOf, openPdfFile, type PdfFile } from './pdf-file/pdf-file.js';
export { malformed, PdfFileError, type PdfFileErrorCode, unsupported } from './pdf-file/pdf-file-error.js';
export { RevisionText } from './pdf-file/revision-text.js';
export { type PdfRevisions, readRevisions } from './pdf-file/revisions.js';
export {
  BLANK_BYTE_RANGE,
  blankGap,
  byteRange,
  digestAround,
  digestWith,
  filledGap,
  fillGap,
  type Gap,
  readGap,
  SIGNATURE_FIELD_FLAGS,
  SIGNATURE_FORM_FLAGS,
  SIGNATURE_MAX_BYTES,
  unpadded,
} from './pdf-file/signature-gap.js';
export { findPdfSignature, type PdfSignature } from './pdf-file/signature-place.js';
export { reasonOf } from './pdf-file/signed-reason.js';
export { dateString, textString, utf16Hex } from './pdf-file/values.js';
export type { SignatureAlgorithm } from './x509/algorithms.js';
export { type Issued, pemCertificatesIn, subjectOf } from './x509/certificates.js';
export { normalSignature } from './x509/ecdsa.js';
export { extensionOf, maySign } from './x509/extensions.js';
export { algorithmOf, DEVELOPMENT_KEY_MARK, isDevelopmentCertificate, keyIdOf } from './x509/keys.js';
export { normalOcspResponse, ocspRequest } from './x509/ocsp.js';
export { ProofError, type ProofErrorCode } from './x509/proof-error.js';
export { type RevocationEvidence, requireAllGood, statusFrom } from './x509/revocation.js';
