import { type MessageParked, type ReportEventType, reportEventTypes } from '@evidence/contracts';

/**
 * The names of stream, subjects, consumers and bucket: the single source of truth, and what /contracts/bus/asyncapi.yaml says.
 * Subjects are `reports.v1.<tenant>.<reportId>.<what happened>`; tenants and report ids hold no dots (Vocabulary.v1), so that
 * `reports.v1.acme.*.ready` is one tenant's ready reports.
 */
export const REPORTS_STREAM = 'REPORTS';
export const REPORTS_SUBJECTS = 'reports.v1.>';
export const CHECKPOINTS_BUCKET = 'RELAY_CHECKPOINTS';

export type Service = MessageParked['service'];
/** The services that must listen for a report to get made. Each has one durable consumer, named like the service. */
export const consumingServices = ['scoping', 'mapping', 'renderer', 'expiry'] as const satisfies readonly Service[];

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
};

export const durableOf = (service: Service): string => service;

export const subjectOf = (type: ReportEventType, tenant: string, reportId: string): string =>
  `${PREFIX}.${tenant}.${reportId}.${whatHappened[type]}`;

/** All events of a type: every tenant, every report. */
export const patternOf = (type: ReportEventType): string => subjectOf(type, '*', '*');

export interface ReportSubject {
  readonly type: ReportEventType;
  readonly tenant: string;
  readonly reportId: string;
}

/** What a subject says; undefined for a subject that is none of ours. */
export function parseSubject(subject: string): ReportSubject | undefined {
  const [reports, version, tenant, reportId, last, ...rest] = subject.split('.');
  const type = reportEventTypes.find((one) => whatHappened[one] === last);
  if (`${reports}.${version}` !== PREFIX || !tenant || !reportId || !type || rest.length > 0) return undefined;
  return { type, tenant, reportId };
}
