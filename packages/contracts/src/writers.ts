import type { EventType } from './events.js';

/** The event types that a login of the event store may write, and in whose name. */
export interface Writer {
  readonly types: readonly EventType[];
  /** Names of the actors, or the beginning of one followed by `*`. */
  readonly actors: readonly string[];
}

/** What every stage may write in addition to its own events: the failure of a report, and a message that it cannot handle. */
const stage = (name: string, types: readonly EventType[]): Writer => ({
  types: [...types, 'ReportFailed', 'MessageParked'],
  actors: [`service:${name}`],
});

/** Events of an import, and of a status change of a finding. */
const FINDINGS = [
  'ScanRecorded',
  'FindingRecorded',
  'FindingObserved',
  'ScanCompared',
  'ScanSuperseded',
  'FixClaimed',
  'FindingStatusChanged',
] as const satisfies readonly EventType[];

/**
 * Who writes which events, and in whose name: each service in its own, the gateway in the name of the calling tokens, the operator at the command
 * line in the operator's.
 */
export const writers = {
  gateway: {
    types: ['ReportRequested', 'ReportDownloaded', 'IdempotencyKeyClaimed', 'ApiCallAudited', ...FINDINGS],
    actors: ['token:*'],
  },
  scoping: stage('scoping', ['ReportStarted', 'ReportScoped']),
  mapping: stage('mapping', ['ReportMapped']),
  renderer: stage('renderer', ['ReportReady', 'ArtifactRestored', 'ArtifactLost']),
  expiry: stage('expiry', ['ReportExpired', 'ClockTicked']),
  operator: {
    types: [
      'ApiTokenMinted',
      'ApiTokenRevoked',
      'AutoResolvePolicySet',
      'ClockConfirmed',
      'LegalHoldPlaced',
      'LegalHoldReleased',
      'ParkedMessageDropped',
      'ParkedMessageReplayed',
      'QuotasSet',
      'RetentionFloorSet',
      'RetentionPolicySet',
      ...FINDINGS,
    ],
    actors: ['operator:*'],
  },
} as const satisfies Readonly<Record<string, Writer>>;

export type WriterName = keyof typeof writers;
export const writerNames = Object.keys(writers) as WriterName[];
