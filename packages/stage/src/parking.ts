import { type Park, parseSubject, type Service, type UnhandledMessage } from '@evidence/bus';
import {
  envelop,
  isTenantSlug,
  isValid,
  type MessageParked,
  type ReportFailed,
  sha256Of,
  streamOf,
} from '@evidence/contracts';
import { derivedEventId, type NewEvent } from '@evidence/event-store';
import { type EventLog, HistoryUnreadableError } from '@evidence/event-store/log';
import { failReport } from '@evidence/report';
import { becauseUnreadable, type Cause, failOnReport } from '@evidence/report/stage';
import { ParkedMessages } from './parked-messages.js';

export interface ParkingOptions {
  readonly store: EventLog;
  readonly service: Service;
  readonly now: () => Date;
}

const STAGE_OF: Readonly<Partial<Record<Service, ReportFailed['stage']>>> = {
  scoping: 'scoping',
  mapping: 'mapping',
  renderer: 'rendering',
  expiry: 'expiry',
};
const SUBJECT_CHARS_MAX = 512;
const SENTENCE_CHARS_MAX = 2_000;
/** The tenant of a message that names none. */
const NO_TENANT = 'unknown';

/**
 * Parks messages in the event store: appends `MessageParked` to `parking-<service>`, and `ReportFailed` to the report, if the store has the event
 * that the message names and the report is in progress. The ids are derived from that event, otherwise from the message, so that a redelivery, or the
 * same event published again, is parked once.
 */
export function parkingOf({ store, service, now }: ParkingOptions): Park {
  const messages = new ParkedMessages(store, service);
  return async (message, error) => {
    const parkedAt = now().toISOString();
    const cause = causeOf(message);
    const parked = parkedOf(message, error, service, cause, parkedAt);
    await messages.park(
      (n) => parkedIdOf(cause, service, n),
      (id) => envelopeOf(parked, cause, id),
    );
    const stage = STAGE_OF[service];
    const reportId = message.event?.subject ?? reportOfUnreadable(error);
    // A message without a matching event proves nothing about a report.
    if (!stage || reportId === undefined) return;
    const data: ReportFailed = { reportId, failedAt: parkedAt, stage, ...becauseOf(error) };
    const writer = { store, actor: `service:${service}`, now };
    await failOnReport(writer, failReport, { type: 'FailReport', data }, { ...cause, reportId });
  };
}

/** The store has the event that the message names, but it is unreadable: the report in whose stream it is cannot continue. */
function reportOfUnreadable(error: unknown): string | undefined {
  if (!(error instanceof HistoryUnreadableError)) return undefined;
  const reportId = error.event.stream.slice(streamOf.report('').length);
  return isReportId(reportId) && error.event.stream === streamOf.report(reportId) ? reportId : undefined;
}

const becauseOf = (error: unknown): Pick<ReportFailed, 'code' | 'message'> =>
  error instanceof HistoryUnreadableError
    ? becauseUnreadable(error)
    : { code: 'message_parked', message: FAILED_SENTENCE };

const FAILED_SENTENCE =
  'The report could not be made, and an automatic retry would not help. Request it again; the operator can see the cause.';

/** What the message is about: according to its event if the store has it, otherwise according to its subject, with an id derived from its bytes. */
function causeOf({ event, body, subject }: UnhandledMessage): Cause {
  if (event) {
    const { traceparent, tracestate } = event;
    const trace = { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
    return { reportId: event.subject, tenant: event.tenant, eventId: event.id, ...trace };
  }
  const { tenant = NO_TENANT, reportId = '' } = parseSubject(subject) ?? {};
  const digest = sha256Of(body);
  return {
    reportId,
    tenant: isTenantSlug(tenant) ? tenant : NO_TENANT,
    eventId: derivedEventId(`${subject} ${digest}`, 'unreadable message'),
  };
}

const isReportId = (reportId: string): boolean => isValid('Vocabulary.v1', 'ReportId', reportId);

function parkedOf(
  message: UnhandledMessage,
  error: unknown,
  service: Service,
  { reportId }: Cause,
  parkedAt: string,
): MessageParked {
  return {
    service,
    subject: message.subject.slice(0, SUBJECT_CHARS_MAX),
    streamSequence: message.streamSequence,
    body: Buffer.from(message.body).toString('base64'),
    code: codeOf(error),
    message: (error instanceof Error ? error.message : String(error)).slice(0, SENTENCE_CHARS_MAX),
    deliveries: message.deliveries,
    firstSeenAt: message.firstSeenAt.toISOString(),
    parkedAt,
    ...(isReportId(reportId) && { reportId }),
  };
}

/** The error's own code in the spelling of contracts, `unexpected` for one that has none. */
function codeOf(error: unknown): string {
  const code = String((error as { code?: unknown } | undefined)?.code).toLowerCase();
  return /^[a-z][a-z0-9_]{1,63}$/.test(code) && code !== 'undefined' ? code : 'unexpected';
}

/** The same for every delivery, until an operator has the message replayed for the `n`th time. */
const parkedIdOf = ({ eventId }: Cause, service: Service, n: number): string =>
  derivedEventId(eventId, `MessageParked/${service}${n === 0 ? '' : `/${n}`}`);

function envelopeOf(parked: MessageParked, cause: Cause, id: string): NewEvent {
  const { service, parkedAt } = parked;
  const { tenant, eventId: causationId, reportId: _, ...trace } = cause;
  return envelop(
    id,
    { type: 'MessageParked', data: parked },
    {
      tenant,
      correlationId: parked.reportId ?? streamOf.parking(service),
      causationId,
      occurredAt: parkedAt,
      actor: `service:${service}`,
      ...trace,
    },
  );
}
