export { type Cause, decideOnReport, type ReportWriter, readReport } from './append.js';
export { type FailReport, failReport } from './failure.js';
export {
  isUnderWay,
  type ReportLife,
  type ReportStatus,
  type ReportUnderWay,
  type RequestedReport,
  reportLife,
  reportStatusOf,
} from './life.js';
