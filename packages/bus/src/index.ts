export { forgetCheckpoints } from './checkpoints.js';
export { cloudEventOf, type Hint, MESSAGE_BYTES_MAX, parseCloudEvent, type ReportCloudEvent } from './cloudevents.js';
export { connectNats, inboxPrefixOf, type NatsOptions } from './connection.js';
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
export type { Park, UnhandledMessage } from './park.js';
export { type Bucket, openBucket, provision } from './provision.js';
export { type ConsumingService, consumersListening, consumersPending } from './readiness.js';
export { type HeardEventType, Reteller, redrive } from './redrive.js';
export { type Relay, type RelayOptions, startRelay } from './relay.js';
export type { RelayState } from './relay-state.js';
export { RETRY_POLICY, type RetryPolicy } from './retry.js';
export {
  hearProgress,
  PROGRESS_SUBJECTS,
  ProgressTeller,
  type StageProgress,
  type WorkingStage,
} from './stage-progress.js';
export {
  type IsDone,
  JetStreamContext,
  JetStreamStrategy,
  type ObservedDelivery,
  type StrategyOptions,
} from './strategy.js';
export { ensureReportsStream } from './stream.js';
export {
  CHECKPOINTS_BUCKET,
  consumingServices,
  heardBy,
  parseSubject,
  patternOf,
  RATE_LIMITS_BUCKET,
  REPORTS_STREAM,
  REPORTS_SUBJECTS,
  type Service,
  subjectOf,
} from './subjects.js';
export { hearWaiting, type Waiting } from './waiting.js';
