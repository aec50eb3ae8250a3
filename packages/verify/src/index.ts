export { type CheckExport, type ExportAsked, verifyCommand } from './command/command.js';
export type { FileBytes } from './pdf-file/file-bytes.js';
export { LEVELS, type Level } from './pdf-file/level.js';
export { readAuthorities, readTrust, type Trust, TrustError } from './verdict/trust.js';
export { type Checklist, type Established, type Verification, verificationOfLarge } from './verdict/verification.js';
export { type VerifyAttestation, verifyAttestation } from './verdict/verify-attestation.js';
export { type VerifyPdf, verifyPdf, verifyPdfFile } from './verdict/verify-pdf.js';
