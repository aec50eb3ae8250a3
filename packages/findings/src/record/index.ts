export { claimFix } from './compare.js';
export { type RecordScan, recordScan } from './record-scan.js';
