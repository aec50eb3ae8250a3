import type { ReportEvent } from '@evidence/contracts';

/** What this service must do about a report: give it up at its deadline, expire it, or remove what it has stored. */
export type DutyKind = 'give_up' | 'expire' | 'prune';

/** In milliseconds since 1970. `sinceMs`: when its time starts, which is the request, the artifact or the end; `dueMs`: when it ends. */
export interface Duty {
  readonly kind: DutyKind;
  readonly sinceMs: number;
  readonly dueMs: number;
}

/** A report has one duty at a time; this is the one after `event`. `unchanged`: the previous one remains. */
export function dutyAfter(event: ReportEvent): Duty | 'none' | 'unchanged' {
  switch (event.type) {
    case 'ReportRequested': {
      const sinceMs = Date.parse(event.data.requestedAt);
      return { kind: 'give_up', sinceMs, dueMs: sinceMs + event.data.deadlineSeconds * 1_000 };
    }
    case 'ReportReady':
      return { kind: 'expire', sinceMs: Date.parse(event.data.readyAt), dueMs: Date.parse(event.data.expiresAt) };
    case 'ReportExpired': {
      const sinceMs = Date.parse(event.data.expiredAt);
      return { kind: 'prune', sinceMs, dueMs: sinceMs };
    }
    case 'ReportFailed':
      return 'none';
    case 'ReportStarted':
    case 'ReportScoped':
    case 'ReportMapped':
    case 'ReportDownloaded':
    case 'ArtifactRestored':
    case 'ArtifactLost':
      return 'unchanged';
  }
}

/** The blobs that a report refers to from `event` on. */
export function blobsOf(event: ReportEvent): readonly string[] {
  switch (event.type) {
    case 'ReportScoped':
    case 'ReportMapped':
      return [event.data.snapshot.sha256];
    case 'ReportReady':
      return [event.data.artifact.sha256, event.data.attestation.sha256];
    default:
      return [];
  }
}
