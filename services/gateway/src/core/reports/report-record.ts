import {
  type ArtifactLost,
  type EventOf,
  type PackTemplate,
  type Report,
  type ReportEvent,
  type ReportRequested,
  type ReportStatus,
  SEVERITIES,
} from '@evidence/contracts';
import { type ReportLife, reportLife, reportStatusOf } from '@evidence/report';
import { dueOf, type RetentionFloor } from '@evidence/retention';
import { systemDescriptionOf } from './system-profile.js';
import { artifactOf, tombstoneOf } from './tombstone.js';

export type KnownLife = Exclude<ReportLife, { phase: 'absent' }>;

export type Stage = Report['progress']['stage'];

/** What the view keeps of one report: its life, and when it reached each stage, which a finished life no longer tells. */
export interface ReportRecord {
  readonly life: KnownLife;
  readonly startedAt: string | null;
  /** When each stage began. */
  readonly reachedAt: Readonly<Partial<Record<Stage, string>>>;
  /** Its legal hold, if there is one. */
  readonly hold: Report['legal_hold'];
}

type HoldEvent = EventOf<'LegalHoldPlaced' | 'LegalHoldReleased'>;

/** The record of a report on which a hold was placed, or released. */
export function recordHeld(record: ReportRecord, { type, data }: HoldEvent): ReportRecord {
  return { ...record, hold: type === 'LegalHoldPlaced' ? { placed_at: data.placedAt, reason: data.reason } : null };
}

/** The record after one more event, which happened at `occurredAt`; undefined before the report was requested. */
export function recordAfter(
  record: ReportRecord | undefined,
  event: ReportEvent,
  occurredAt: string,
): ReportRecord | undefined {
  const before: ReportLife = record?.life ?? reportLife.initialState;
  const life = reportLife.evolve(before, withoutTemplate(event));
  if (life.phase === 'absent') return undefined;
  const begins = event.type === 'ReportStarted' && before.phase === 'queued';
  return {
    life,
    startedAt: begins ? event.data.startedAt : (record?.startedAt ?? null),
    // A report that expires was finished long ago.
    reachedAt: { [STAGE_OF_PHASE[life.phase]]: occurredAt, ...record?.reachedAt },
    hold: record?.hold ?? null,
  };
}

/** What a report has stored after one more event. A failed one keeps its snapshots. */
export function storedBytesAfter(before: number, { type, data }: ReportEvent | HoldEvent): number {
  switch (type) {
    case 'ReportScoped':
    case 'ReportMapped':
      return before + data.snapshot.sizeBytes;
    case 'ReportReady':
      return before + data.artifact.sizeBytes + data.attestation.sizeBytes;
    case 'ReportExpired':
      return 0;
    default:
      return before;
  }
}

/** A template is kept separately, because up to 64 KiB per report would make lists slow. */
function withoutTemplate(event: ReportEvent): ReportEvent {
  if (event.type !== 'ReportRequested') return event;
  const { template: _, ...data } = event.data;
  return { ...event, data };
}

/** What is shown of a report but not in its record. `percent`: the progress of its current stage. */
export interface Surroundings {
  /** The URL of the reports, without a slash at its end. */
  readonly reportsUrl: string;
  readonly percent: number;
  /** The tenant's retention floor. */
  readonly floor: RetentionFloor | undefined;
}

/** The report as its clients see it. */
export function reportOf(
  { life, startedAt, hold }: ReportRecord,
  { reportsUrl, percent, floor }: Surroundings,
): Report {
  const { request } = life;
  const ready = life.phase === 'ready' || life.phase === 'expired' ? life.ready : undefined;
  return {
    id: request.reportId,
    status: reportStatusOf(life),
    format: request.format,
    queued_at: request.requestedAt,
    title: request.title,
    frameworks: request.frameworks.map(({ framework }) => framework),
    framework_editions: request.frameworks,
    scope: scopeOf(request),
    mapping: request.mapping,
    strength: request.strength ?? 'primary',
    system: request.system ? systemDescriptionOf(request.system) : null,
    progress: { stage: STAGE_OF_PHASE[life.phase], percent },
    started_at: startedAt,
    ready_at: ready?.readyAt ?? null,
    expires_at: life.phase === 'ready' ? dueOf(life.ready, floor).dueAt : (ready?.expiresAt ?? null),
    legal_hold: hold,
    lost: life.phase === 'ready' && life.lost ? lossOf(life.lost) : null,
    regenerates: request.regenerates?.reportId ?? null,
    failure: life.phase === 'failed' ? failureOf(life) : null,
    artifact: ready ? artifactOf(ready.artifact, ready.contentSha256) : null,
    download_url: life.phase === 'ready' ? `${reportsUrl}/${request.reportId}/download` : null,
    tombstone:
      life.phase === 'expired'
        ? tombstoneOf(life.expired, `${new URL(reportsUrl).pathname}/${request.reportId}`)
        : null,
  };
}

/** The body that requests the same report again, with defaults filled in. It contains no null. */
export function requestBodyOf({ life }: ReportRecord, template: PackTemplate | undefined): Required<Report>['request'] {
  const { title, frameworks, format, mapping, strength = 'primary', system, scope, includeEvidence } = life.request;
  const { from, to, endpointIds, includeSeverities } = scope;
  return {
    title,
    frameworks: frameworks.map(({ framework, edition }) => `${framework}@${edition}`),
    scope: {
      ...(endpointIds.length > 0 && { endpoint_ids: endpointIds }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(includeSeverities.length > 0 && { include_severities: includeSeverities }),
    },
    format,
    mapping,
    strength,
    ...(system && { system: systemDescriptionOf(system) }),
    ...(template && { template }),
    ...(includeEvidence && { include_evidence: true }),
  };
}

/** The status, by which lists are filtered. */
export const statusOf = ({ life }: ReportRecord): ReportStatus => reportStatusOf(life);

/** The current stage. */
export const stageOf = ({ life }: ReportRecord): Stage => STAGE_OF_PHASE[life.phase];

/** The current stage in each phase. */
export const STAGE_OF_PHASE = {
  queued: 'queued',
  started: 'scoping',
  scoped: 'mapping',
  mapped: 'rendering',
  ready: 'finished',
  failed: 'finished',
  expired: 'finished',
} as const satisfies Record<KnownLife['phase'], Stage>;

/** The scope as in the artifact. */
function scopeOf({ scope: { from, to, endpointIds, includeSeverities } }: ReportRequested): Report['scope'] {
  const severities =
    includeSeverities.length === 0 ? SEVERITIES : SEVERITIES.filter((severity) => includeSeverities.includes(severity));
  return { from: from ?? null, to: to ?? null, endpoint_ids: endpointIds, include_severities: [...severities] };
}

const lossOf = ({ foundAt, missing, message }: ArtifactLost): Report['lost'] => ({
  found_at: foundAt,
  missing,
  message,
});

function failureOf({ failed: { stage, code, message } }: Extract<KnownLife, { phase: 'failed' }>): Report['failure'] {
  return { stage, code, message };
}
