export type { ContentSigner } from '@evidence/verify/formats';
export { WriterError, type WriterErrorCode } from '../writer/writer-error.js';
export type { ReportFacts } from './pack.js';
export { type StandardPack, writeStandardPack } from './write-standard-pack.js';
