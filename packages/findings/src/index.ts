export {
  type ChangeFindingStatus,
  type FindingCommand,
  type FindingEvent,
  type FindingState,
  type FindingStatusRefusal,
  findingStatusDecider,
  statusNamed,
} from './finding-status.js';
export { ImportRefusal, type ImportRefusalCode } from './import-refusal.js';
export { foreseen, type ImportResult } from './import-result.js';
export { type ImportedScan, type ImportOptions, importScan } from './import-scan.js';
export { scanFormats } from './importers.js';
export type { ImportWarning } from './parsed-scan.js';
export { type RecordScan, recordScan } from './record-scan.js';
export type { StatedTarget } from './targets.js';
export { claimFix } from './weaknesses/compare.js';
