import type { EventType } from './events.js';

/** Whose events an event store with logins takes of whom. */
export interface Writer {
  readonly types: readonly EventType[];
  /** Those in whose name it may write: a name, or the beginning of one and `*`. */
  readonly actors: readonly string[];
}

/** What a stage writes, beside what only it may say: the end of a report, and a message that it cannot handle. */
const stage = (name: string, types: readonly EventType[]): Writer => ({
  types: [...types, 'ReportFailed', 'MessageParked'],
  actors: [`service:${name}`],
});

/** What an import of findings writes, and a change of their status. */
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
 * Who writes which events, and in whose name: each service by itself, the gateway for the tokens that call it, the operator at the command
 * line for himself.
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
