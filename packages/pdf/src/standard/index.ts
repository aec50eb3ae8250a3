export type { PdfSigner } from '../writer/signature.js';
export type { ReportFacts } from './pack.js';
export { type StandardPack, writeStandardPack } from './write-standard-pack.js';
