export { type ImportOptions, importScan } from './import-scan.js';
export { scanFormats } from './importers.js';
export type { StatedTarget } from './targets.js';
