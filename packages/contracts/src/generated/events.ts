// Generated from /contracts by packages/contracts/generate.mjs. Edit the schema, then run `npm run generate`.

import type {
  ApiCallAudited,
  ApiTokenMinted,
  ApiTokenRevoked,
  ArtifactLost,
  ArtifactRestored,
  AutoResolvePolicySet,
  ClockConfirmed,
  ClockTicked,
  FindingRecorded,
  FindingStatusChanged,
  FixClaimed,
  IdempotencyKeyClaimed,
  LegalHoldPlaced,
  LegalHoldReleased,
  MessageParked,
  ParkedMessageDropped,
  ParkedMessageReplayed,
  QuotasSet,
  ReportDownloaded,
  ReportExpired,
  ReportFailed,
  ReportMapped,
  ReportReady,
  ReportRequested,
  ReportRequestedV1,
  ReportScoped,
  ReportStarted,
  RetentionFloorSet,
  RetentionPolicySet,
  ScanCompared,
  ScanRecorded,
  ScanSuperseded,
} from './types.js';

/** Every event there is, by type, in its newest version. */
export interface EventData {
  ApiCallAudited: ApiCallAudited;
  ApiTokenMinted: ApiTokenMinted;
  ApiTokenRevoked: ApiTokenRevoked;
  ArtifactLost: ArtifactLost;
  ArtifactRestored: ArtifactRestored;
  AutoResolvePolicySet: AutoResolvePolicySet;
  ClockConfirmed: ClockConfirmed;
  ClockTicked: ClockTicked;
  FindingObserved: FindingRecorded;
  FindingRecorded: FindingRecorded;
  FindingStatusChanged: FindingStatusChanged;
  FixClaimed: FixClaimed;
  IdempotencyKeyClaimed: IdempotencyKeyClaimed;
  LegalHoldPlaced: LegalHoldPlaced;
  LegalHoldReleased: LegalHoldReleased;
  MessageParked: MessageParked;
  ParkedMessageDropped: ParkedMessageDropped;
  ParkedMessageReplayed: ParkedMessageReplayed;
  QuotasSet: QuotasSet;
  ReportDownloaded: ReportDownloaded;
  ReportExpired: ReportExpired;
  ReportFailed: ReportFailed;
  ReportMapped: ReportMapped;
  ReportReady: ReportReady;
  ReportRequested: ReportRequested;
  ReportScoped: ReportScoped;
  ReportStarted: ReportStarted;
  RetentionFloorSet: RetentionFloorSet;
  RetentionPolicySet: RetentionPolicySet;
  ScanCompared: ScanCompared;
  ScanRecorded: ScanRecorded;
  ScanSuperseded: ScanSuperseded;
}

/** How an event of an older version becomes one of the next version. One function for each, checked by the compiler. */
export interface Upcasts {
  'ReportRequested.v1': (data: ReportRequestedV1) => ReportRequested;
}

/** Identifies the contracts of this build: SHA-256 over all schemas, in hex. */
export const contractsDigest = '01936864c84dabdc7ba8fc6d771197f153add505d9d5965e17756d18602f1930';

/** The newest version of each event. */
export const newestVersion = {
  ApiCallAudited: 1,
  ApiTokenMinted: 1,
  ApiTokenRevoked: 1,
  ArtifactLost: 1,
  ArtifactRestored: 1,
  AutoResolvePolicySet: 1,
  ClockConfirmed: 1,
  ClockTicked: 1,
  FindingObserved: 1,
  FindingRecorded: 1,
  FindingStatusChanged: 1,
  FixClaimed: 1,
  IdempotencyKeyClaimed: 1,
  LegalHoldPlaced: 1,
  LegalHoldReleased: 1,
  MessageParked: 1,
  ParkedMessageDropped: 1,
  ParkedMessageReplayed: 1,
  QuotasSet: 1,
  ReportDownloaded: 1,
  ReportExpired: 1,
  ReportFailed: 1,
  ReportMapped: 1,
  ReportReady: 1,
  ReportRequested: 2,
  ReportScoped: 1,
  ReportStarted: 1,
  RetentionFloorSet: 1,
  RetentionPolicySet: 1,
  ScanCompared: 1,
  ScanRecorded: 1,
  ScanSuperseded: 1,
} as const;

/** The event types in streams of each kind. */
export const eventTypesOn = {
  report: ['ArtifactLost', 'ArtifactRestored', 'ReportDownloaded', 'ReportExpired', 'ReportFailed', 'ReportMapped', 'ReportReady', 'ReportRequested', 'ReportScoped', 'ReportStarted'],
  scan: ['FindingObserved', 'FindingRecorded', 'ScanRecorded', 'ScanSuperseded'],
  finding: ['FindingStatusChanged'],
  weaknesses: ['FixClaimed', 'ScanCompared'],
  idempotencyKey: ['IdempotencyKeyClaimed'],
  token: ['ApiTokenMinted', 'ApiTokenRevoked'],
  tenant: ['AutoResolvePolicySet', 'LegalHoldPlaced', 'LegalHoldReleased', 'QuotasSet', 'RetentionFloorSet', 'RetentionPolicySet'],
  audit: ['ApiCallAudited'],
  parking: ['MessageParked', 'ParkedMessageDropped', 'ParkedMessageReplayed'],
  clock: ['ClockConfirmed', 'ClockTicked'],
} as const;

/** The names of streams. */
export const streamOf = {
  report: (reportId: string) => `report-${reportId}`,
  scan: (scanId: string) => `scan-${scanId}`,
  finding: (findingId: string) => `finding-${findingId}`,
  weaknesses: (tenant: string, endpointId: string) => `weaknesses-${tenant}/${endpointId}`,
  idempotencyKey: (keySha256: string) => `idempotency-${keySha256}`,
  token: (tokenId: string) => `token-${tokenId}`,
  tenant: (tenant: string) => `tenant-${tenant}`,
  audit: (tenant: string) => `audit-${tenant}`,
  parking: (service: string) => `parking-${service}`,
  clock: () => `clock`,
};
