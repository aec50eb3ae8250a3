export {
  type EventLog,
  type EventOn,
  eventLogOver,
  HistoryUnreadableError,
  historyOf,
  type LogDelivery,
  type LogEvent,
  openEventLog,
  readStreamOnce,
  type StreamReading,
  textOf,
} from './event-log.js';
export { tracedLog } from './traced-log.js';
