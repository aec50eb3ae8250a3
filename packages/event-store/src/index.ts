export { derivedEventId, uuidV5 } from './derived-id.js';
export { EventStoreError, type EventStoreErrorCode, isLostRace } from './errors.js';
export { type Executed, type Execution, execute, type Past } from './execute.js';
export { leafOf } from './leaf.js';
export { APPEND_BYTES_MAX, EVENT_BYTES_MAX, EVENTS_PER_APPEND_MAX } from './limits.js';
export { assertInLog, markBefore, markOf, OtherLogError } from './mark.js';
export type {
  Appended,
  Delivery,
  EventStore,
  ExpectedRevision,
  Filter,
  Mark,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  ReadTolerance,
  RecordedEvent,
  SubscribeOptions,
  UnreadableEvent,
} from './port.js';
