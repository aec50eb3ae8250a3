export { type VerdictChange, verdictChanges } from './changes.js';
export { type MappingQuestion, mapFindings, rulesOf } from './map-findings.js';
