export { JetStreamClient } from './client.js';
export { cloudEventOf, MESSAGE_BYTES_MAX, parseCloudEvent, type ReportCloudEvent } from './cloudevents.js';
export { connectNats, type NatsOptions } from './connection.js';
export { BusError, type BusErrorCode } from './errors.js';
export {
  type Microservice,
  type MicroserviceOptions,
  type Outbound,
  type OutboundOptions,
  startMicroservice,
  startOutbound,
} from './microservice.js';
export { OnReportEvent, PassErrors } from './on-report-event.js';
export { type Park, parkingOf } from './parking.js';
export { type ConsumingService, consumersListening, consumersPending } from './readiness.js';
export { type Relay, type RelayOptions, startRelay } from './relay.js';
export { RETRY_POLICY, type RetryPolicy } from './retry.js';
export { JetStreamContext, JetStreamStrategy, type StrategyOptions } from './strategy.js';
export { ensureReportsStream } from './stream.js';
export {
  CHECKPOINTS_BUCKET,
  consumingServices,
  durableOf,
  parseSubject,
  patternOf,
  REPORTS_STREAM,
  REPORTS_SUBJECTS,
  type Service,
  subjectOf,
} from './subjects.js';
