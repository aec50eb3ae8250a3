export {
  type ChangeFindingStatus,
  type FindingEvent,
  type FindingState,
  type FindingStatusRefusal,
  findingStatusDecider,
  statusNamed,
} from './finding-status.js';
export { ImportRefusal, type ImportRefusalCode } from './import-refusal.js';
export { type ImportedScan, type ImportOptions, importScan, type ScanFormat, scanFormats } from './import-scan.js';
export type { ImportWarning } from './parsed-scan.js';
export { type ImportResult, type RecordScan, recordScan } from './record-scan.js';
