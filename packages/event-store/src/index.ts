export { derivedEventId, uuidV5 } from './derived-id.js';
export { EventStoreError, type EventStoreErrorCode } from './errors.js';
export { type Executed, type Execution, execute } from './execute.js';
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
export { type Projection, type ProjectionOptions, startProjection } from './projection.js';
export { openSqliteEventStore } from './sqlite-event-store.js';
export { type Validation, withValidation } from './validation.js';
export { openViewFile, type ViewFile, type ViewFileOptions } from './view-file.js';
