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
export type { ImportedScan } from './imported-scan.js';
export type { ImportWarning } from './parsed-scan.js';
