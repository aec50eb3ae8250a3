export { type FailingDecider, type FailReport, failReport } from './failure.js';
export {
  type FinishedReport,
  isUnderWay,
  type ReportLife,
  type ReportStatus,
  type ReportUnderWay,
  type RequestedReport,
  reportLife,
  reportStatusOf,
} from './life.js';
