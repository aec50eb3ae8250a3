import { createHash } from 'node:crypto';
import { envelop, isValid, type MessageParked, type ReportFailed, streamOf } from '@evidence/contracts';
import { derivedEventId, type EventStore } from '@evidence/event-store';
import { type Cause, decideOnReport, type FailReport, failReport } from '@evidence/report';
import type { JsMsg } from '@nats-io/jetstream';
import { parseCloudEvent } from './cloudevents.js';
import { parseSubject, type Service } from './subjects.js';

/** Sets a message aside for good, with everything an operator needs. Rejects when the event store cannot take it now. */
export type Park = (message: JsMsg, error: unknown) => Promise<void>;

export interface ParkingOptions {
  readonly store: EventStore;
  readonly service: Service;
  readonly now: () => Date;
}

const STAGE_OF: Readonly<Partial<Record<Service, ReportFailed['stage']>>> = {
  scoping: 'scoping',
  mapping: 'mapping',
  renderer: 'rendering',
  expiry: 'expiry',
};
/** How many parked messages are looked through for this one. */
const PARKED_LOOKBACK = 1_000;
const SUBJECT_CHARS_MAX = 512;
const SENTENCE_CHARS_MAX = 2_000;
/** Whose a message is that names no tenant. */
const NO_TENANT = 'unknown';

/**
 * Appends `MessageParked` to `parking-<service>`, and `ReportFailed` to the report when it can be told and is under way. The ids
 * are derived from the message, so that a redelivery, or the same event published anew, parks once.
 */
export function parkingOf({ store, service, now }: ParkingOptions): Park {
  return async (message, error) => {
    const parkedAt = now().toISOString();
    const cause = causeOf(message);
    await parkOnce(store, parkedOf(message, error, service, cause, parkedAt), cause);
    const stage = STAGE_OF[service];
    if (!stage || !isReportId(cause.reportId)) return;
    const { reportId } = cause;
    const data: ReportFailed = {
      reportId,
      failedAt: parkedAt,
      stage,
      code: 'message_parked',
      message: FAILED_SENTENCE,
    };
    const writer = { store, actor: `service:${service}`, now };
    await decideOnReport(writer, failOwnReport(cause.tenant), { type: 'FailReport', data }, cause);
  };
}

const FAILED_SENTENCE =
  'The report could not be made, and trying again by itself would not help. Request it again; the operator has been shown the cause.';

/** Not by the report's id alone: a message on one tenant's subject must not end another tenant's report. */
const failOwnReport = (tenant: string): typeof failReport => ({
  ...failReport,
  decide: (command: FailReport, life) =>
    life.phase !== 'absent' && life.request.tenant === tenant ? failReport.decide(command, life) : [],
});

/** What the message is about: from its event when that can be read, else from its subject, with an id that stands for its bytes. */
function causeOf({ data, subject }: JsMsg): Cause {
  try {
    const event = parseCloudEvent(data, subject);
    const { traceparent, tracestate } = event;
    const trace = { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
    return { reportId: event.subject, tenant: event.tenant, eventId: event.id, ...trace };
  } catch {
    const { tenant = NO_TENANT, reportId = '' } = parseSubject(subject) ?? {};
    const digest = createHash('sha256').update(data).digest('hex');
    return {
      reportId,
      tenant: isValid('Vocabulary.v1', 'TenantSlug', tenant) ? tenant : NO_TENANT,
      eventId: derivedEventId(`${subject} ${digest}`, 'unreadable message'),
    };
  }
}

const isReportId = (reportId: string): boolean => isValid('Vocabulary.v1', 'ReportId', reportId);

function parkedOf(
  message: JsMsg,
  error: unknown,
  service: Service,
  { reportId }: Cause,
  parkedAt: string,
): MessageParked {
  return {
    service,
    subject: message.subject.slice(0, SUBJECT_CHARS_MAX),
    streamSequence: message.info.streamSequence,
    body: Buffer.from(message.data).toString('base64'),
    code: codeOf(error),
    message: (error instanceof Error ? error.message : String(error)).slice(0, SENTENCE_CHARS_MAX),
    deliveries: message.info.deliveryCount,
    firstSeenAt: message.time.toISOString(),
    parkedAt,
    ...(isReportId(reportId) && { reportId }),
  };
}

/** The error's own code in the spelling of contracts, `unexpected` for one that has none. */
function codeOf(error: unknown): string {
  const code = String((error as { code?: unknown } | undefined)?.code).toLowerCase();
  return /^[a-z][a-z0-9_]{1,63}$/.test(code) && code !== 'undefined' ? code : 'unexpected';
}

async function parkOnce(store: EventStore, parked: MessageParked, cause: Cause): Promise<void> {
  const { service, parkedAt } = parked;
  const stream = streamOf.parking(service);
  const eventId = derivedEventId(cause.eventId, `MessageParked/${service}`);
  // Looked for and not left to the store: appended to `any` revision, KurrentDB recognises a repeated id only for a while.
  for await (const { id } of store.readStream(stream, { direction: 'backwards', limit: PARKED_LOOKBACK })) {
    if (id === eventId) return;
  }
  const { tenant, eventId: causationId, reportId: _, ...trace } = cause;
  const event = envelop(
    eventId,
    { type: 'MessageParked', data: parked },
    {
      tenant,
      correlationId: parked.reportId ?? stream,
      causationId,
      occurredAt: parkedAt,
      actor: `service:${service}`,
      ...trace,
    },
  );
  await store.append(stream, 'any', [event]);
}
