export { EventStoreError, type EventStoreErrorCode } from './errors.js';
export type {
  Appended, Delivery, EventStore, ExpectedRevision, Filter, NewEvent, Position, ReadAllOptions, ReadStreamOptions, RecordedEvent, SubscribeOptions,
} from './port.js';
