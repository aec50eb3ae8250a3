export { EventStoreError, type EventStoreErrorCode } from './errors.js';
export { openKurrentEventStore } from './kurrent/kurrent-event-store.js';
export { APPEND_BYTES_MAX, EVENT_BYTES_MAX, EVENTS_PER_APPEND_MAX } from './limits.js';
export { openEventStore } from './open.js';
export type {
  Appended,
  Delivery,
  EventStore,
  ExpectedRevision,
  Filter,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from './port.js';
export { openSqliteEventStore } from './sqlite-event-store.js';
