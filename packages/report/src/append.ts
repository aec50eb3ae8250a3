import { envelop, type ReportEvent, streamOf } from '@evidence/contracts';
import type { Decider, Message } from '@evidence/decider';
import { derivedEventId, type EventStore, type Executed, execute } from '@evidence/event-store';
import { type ReportLife, reportLife } from './life.js';

export interface ReportWriter {
  readonly store: EventStore;
  /** `service:scoping`: who answers for the event. */
  readonly actor: string;
  readonly now: () => Date;
}

/** Why something is decided about a report: the event (or command) that led to it, and the trace it belongs to. */
export interface Cause {
  readonly reportId: string;
  readonly tenant: string;
  readonly eventId: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * Reads the report's stream, decides, and appends what was decided. The event's id is derived from cause and type, so that the
 * same cause, delivered again, makes no second event. Throws as `execute` does.
 */
export function decideOnReport<Command extends Message>(
  { store, actor, now }: ReportWriter,
  decider: Decider<Command, ReportLife, ReportEvent>,
  command: Command,
  { reportId, tenant, eventId, ...trace }: Cause,
): Promise<Executed<ReportLife, ReportEvent>> {
  return execute({
    store,
    stream: streamOf.report(reportId),
    decider,
    command,
    describe: (event) =>
      envelop(derivedEventId(eventId, event.type), event, {
        tenant,
        correlationId: reportId,
        causationId: eventId,
        occurredAt: now().toISOString(),
        actor,
        ...trace,
      }),
  });
}

/** The report as its events tell it now. */
export async function readReport(store: EventStore, reportId: string): Promise<ReportLife> {
  let life = reportLife.initialState;
  for await (const { type, data } of store.readStream(streamOf.report(reportId))) {
    life = reportLife.evolve(life, { type, data } as ReportEvent);
  }
  return life;
}
