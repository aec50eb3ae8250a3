import type {
  ApiCallAudited,
  ApiTokenMinted,
  ApiTokenRevoked,
  AutoResolvePolicySet,
  EventMetadata,
  FindingRecorded,
  FindingStatusChanged,
  FixClaimed,
  IdempotencyKeyClaimed,
  LegalHoldPlaced,
  LegalHoldReleased,
  MessageParked,
  ReportDownloaded,
  ReportExpired,
  ReportFailed,
  ReportMapped,
  ReportReady,
  ReportRequested,
  ReportScoped,
  ReportStarted,
  RetentionPolicySet,
  ScanCompared,
  ScanRecorded,
  ScanSuperseded,
} from './generated/types.js';

/** Every event there is, by type. The type's name and the shape of its data are the storage format: version them with care. */
export interface EventData {
  ReportRequested: ReportRequested;
  ReportStarted: ReportStarted;
  ReportScoped: ReportScoped;
  ReportMapped: ReportMapped;
  ReportReady: ReportReady;
  ReportFailed: ReportFailed;
  ReportExpired: ReportExpired;
  ReportDownloaded: ReportDownloaded;
  ApiCallAudited: ApiCallAudited;
  ApiTokenMinted: ApiTokenMinted;
  ApiTokenRevoked: ApiTokenRevoked;
  ScanRecorded: ScanRecorded;
  FindingRecorded: FindingRecorded;
  FindingObserved: FindingRecorded;
  ScanCompared: ScanCompared;
  ScanSuperseded: ScanSuperseded;
  FixClaimed: FixClaimed;
  FindingStatusChanged: FindingStatusChanged;
  IdempotencyKeyClaimed: IdempotencyKeyClaimed;
  RetentionPolicySet: RetentionPolicySet;
  AutoResolvePolicySet: AutoResolvePolicySet;
  LegalHoldPlaced: LegalHoldPlaced;
  LegalHoldReleased: LegalHoldReleased;
  MessageParked: MessageParked;
}

export type EventType = keyof EventData;

/** An event as deciders see it. `EventOf<'A' | 'B'>` is the union of both. */
export type EventOf<T extends EventType> = { [K in T]: { readonly type: K; readonly data: EventData[K] } }[T];

export const reportEventTypes = [
  'ReportRequested',
  'ReportStarted',
  'ReportScoped',
  'ReportMapped',
  'ReportReady',
  'ReportFailed',
  'ReportExpired',
  'ReportDownloaded',
] as const satisfies readonly EventType[];

export type ReportEventType = (typeof reportEventTypes)[number];
export type ReportEvent = EventOf<ReportEventType>;

/** The names of streams, in one place. */
export const streamOf = {
  report: (reportId: string) => `report-${reportId}`,
  scan: (scanId: string) => `scan-${scanId}`,
  finding: (findingId: string) => `finding-${findingId}`,
  /** A slug has no `/`, so no two endpoints share a stream. */
  weaknesses: (tenant: string, endpointId: string) => `weaknesses-${tenant}/${endpointId}`,
  idempotencyKey: (keySha256: string) => `idempotency-${keySha256}`,
  token: (tokenId: string) => `token-${tokenId}`,
  tenant: (tenant: string) => `tenant-${tenant}`,
  audit: (tenant: string) => `audit-${tenant}`,
  parking: (service: string) => `parking-${service}`,
};

/** Who, why and when: what the shell knows about an event and the decider does not. */
export interface Provenance {
  readonly tenant: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly occurredAt: string;
  readonly actor: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** An event in its envelope, as the event store takes it. Every event is at version 1 of its schema. */
export function envelop<T extends EventType>(
  eventId: string,
  event: EventOf<T>,
  provenance: Provenance,
): { id: string; type: T; data: EventData[T]; metadata: EventMetadata } {
  return {
    id: eventId,
    type: event.type,
    data: event.data,
    metadata: { eventId, ...provenance, schema: `${event.type}.v1` },
  };
}
