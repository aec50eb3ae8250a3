export { redacted, redactedWithin, redactionsIn, type TextKind } from './redact.js';
export { shortened } from './shortened.js';
