export { EventStoreError, type EventStoreErrorCode } from '../errors.js';
export type { EncodedEvent } from '../limits.js';
export { APPEND_BYTES_MAX, EVENT_BYTES_MAX, EVENTS_PER_APPEND_MAX } from '../limits.js';
export type { Appended, ExpectedRevision, Position } from '../port.js';
export { EventLog, type LogPage, type StreamState } from './event-log.js';
export type { StoredEvent } from './page.js';
export type { LogFilter } from './statements.js';
