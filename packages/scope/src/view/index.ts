export { evidenceInViewFile } from './evidence-in-view-file.js';
export { applyToEvidence, EVIDENCE_EVENTS, EVIDENCE_SCHEMA, EVIDENCE_SCHEMA_VERSION } from './evidence-view.js';
