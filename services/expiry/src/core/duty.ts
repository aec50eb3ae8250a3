import type { ReportEvent } from '@evidence/contracts';

/** What this service owes a report: to give it up at its deadline, to expire it, to remove what it has stored. */
export type DutyKind = 'give_up' | 'expire' | 'prune';

/** `since` is RFC 3339: the request (`give_up`, the deadline counts from it), else the instant from which the duty is due. */
export interface Duty {
  readonly kind: DutyKind;
  readonly since: string;
}

/** A report has one duty at a time; this is the one after `event`. `unchanged`: the one before it still holds. */
export function dutyAfter(event: ReportEvent): Duty | 'none' | 'unchanged' {
  switch (event.type) {
    case 'ReportRequested':
      return { kind: 'give_up', since: event.data.requestedAt };
    case 'ReportReady':
      return { kind: 'expire', since: event.data.expiresAt };
    case 'ReportExpired':
      return { kind: 'prune', since: event.data.expiredAt };
    case 'ReportFailed':
      return 'none';
    case 'ReportStarted':
    case 'ReportScoped':
    case 'ReportMapped':
    case 'ReportDownloaded':
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
