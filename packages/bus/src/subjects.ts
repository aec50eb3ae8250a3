import { type MessageParked, type ReportEventType, reportEventTypes } from '@evidence/contracts';

/**
 * The names of stream, subjects, consumers and buckets: the single source of truth, in agreement with /contracts/bus/asyncapi.yaml.
 * Subjects are `reports.v1.<tenant>.<reportId>.<what happened>`; tenants and report ids contain no dots (Vocabulary.v1), so that
 * `reports.v1.acme.*.ready` is one tenant's ready reports.
 */
export const REPORTS_STREAM = 'REPORTS';
export const REPORTS_SUBJECTS = 'reports.v1.>';
export const CHECKPOINTS_BUCKET = 'RELAY_CHECKPOINTS';
export const RATE_LIMITS_BUCKET = 'RATE_LIMITS';

export type Service = MessageParked['service'];
/** The services that must consume messages for a report to be made. */
export const consumingServices = ['scoping', 'mapping', 'renderer', 'expiry'] as const satisfies readonly Service[];

/** Which service continues a report after which event. */
export const heardBy = {
  ReportRequested: 'scoping',
  ReportStarted: 'scoping',
  ReportScoped: 'mapping',
  ReportMapped: 'renderer',
} as const satisfies Partial<Record<ReportEventType, (typeof consumingServices)[number]>>;

const PREFIX = 'reports.v1';
const whatHappened: Readonly<Record<ReportEventType, string>> = {
  ReportRequested: 'requested',
  ReportStarted: 'started',
  ReportScoped: 'scoped',
  ReportMapped: 'mapped',
  ReportReady: 'ready',
  ReportFailed: 'failed',
  ReportExpired: 'expired',
  ReportDownloaded: 'downloaded',
  ArtifactRestored: 'restored',
  ArtifactLost: 'lost',
};

/**
 * The durable consumer from which a service gets a type of event: one per service, with its name. Started reports have their own, because they
 * must not queue after 2,000 requests that wait for their turn, and must not go to an older build, which consumes only requests.
 */
export const durableOf = (service: Service, type: ReportEventType): string =>
  type === 'ReportStarted' ? `${service}-started` : service;

/** All of a service's durable consumers. */
export const durablesOf = (service: Service): readonly string[] =>
  service === 'scoping' ? [durableOf(service, 'ReportRequested'), durableOf(service, 'ReportStarted')] : [service];

export const subjectOf = (type: ReportEventType, tenant: string, reportId: string): string =>
  `${PREFIX}.${tenant}.${reportId}.${whatHappened[type]}`;

/** All events of a type: every tenant, every report. */
export const patternOf = (type: ReportEventType): string => subjectOf(type, '*', '*');

/** The inverse of `patternOf`. Throws `RangeError` for what `patternOf` never returns. */
export function typeOfPattern(pattern: string): ReportEventType {
  const type = reportEventTypes.find((one) => patternOf(one) === pattern);
  if (!type) throw new RangeError(`${pattern} is not the pattern of an event type.`);
  return type;
}

export interface ReportSubject {
  readonly type: ReportEventType;
  readonly tenant: string;
  readonly reportId: string;
}

/** The parts of a subject; undefined for a subject that is not ours. */
export function parseSubject(subject: string): ReportSubject | undefined {
  const [reports, version, tenant, reportId, last, ...rest] = subject.split('.');
  const type = reportEventTypes.find((one) => whatHappened[one] === last);
  if (`${reports}.${version}` !== PREFIX || !tenant || !reportId || !type || rest.length > 0) return undefined;
  return { type, tenant, reportId };
}
