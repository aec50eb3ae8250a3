export type { EvidenceLog } from './evidence-log.js';
export {
  type Decision,
  dayOf,
  type KnownFinding,
  type KnownScan,
  recordedFinding,
  recordedScan,
} from './recorded-evidence.js';
export { type ScopeQuestion, scopeLines, type TenantEvidence } from './resolve-scope.js';
