import { envelop, isEventOn, type ReportEvent, type ReportFailed, streamOf } from '@evidence/contracts';
import { type Decider, foldOf, type Message } from '@evidence/decider';
import {
  derivedEventId,
  type Executed,
  execute,
  type Past,
  type Position,
  type UnreadableEvent,
} from '@evidence/event-store';
import {
  type EventLog,
  HistoryUnreadableError,
  historyOf,
  readStreamOnce,
  type StreamReading,
} from '@evidence/event-store/log';
import type { FailingDecider } from './failure.js';
import { type ReportLife, reportLife } from './life.js';
import { historySays } from './sentences.js';

export interface ReportWriter {
  readonly store: EventLog;
  /** `service:scoping`: the actor of the event. */
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

type ReportDecider<Command extends Message> = Decider<Command, ReportLife, ReportEvent>;

/**
 * Reads the report's stream, decides, and appends what was decided. The event's id is derived from cause and type, so that the same cause,
 * delivered again, makes no second event. Throws as `execute` does, and `HistoryUnreadableError` if an event of the report cannot be read, unless
 * the report has failed, which is final. `past`, from `readReport`, saves reading the stream again, unless somebody
 * has written to it in the meantime.
 */
export function decideOnReport<Command extends Message>(
  writer: ReportWriter,
  decider: ReportDecider<Command>,
  command: Command,
  cause: Cause,
  past?: Past<ReportEvent>,
): Promise<Executed<ReportLife, ReportEvent>> {
  const history = new ReadableHistory();
  const whole: ReportDecider<Command> = {
    ...decider,
    decide: (asked, life) => decider.decide(asked, history.lifeIn(life)),
  };
  return append(writer, whole, command, cause, { history, tenant: () => cause.tenant, past });
}

/**
 * As `decideOnReport`, for the end of a report: also of one with unreadable events, because otherwise it could never end. Does nothing when an
 * unreadable event of a newer version may already have ended it: the instance that wrote it knows.
 */
export function failOnReport<Command extends Message>(
  writer: ReportWriter,
  decider: FailingDecider<Command>,
  command: Command,
  cause: Cause,
): Promise<Executed<ReportLife, ReportEvent>> {
  const history = new ReadableHistory();
  let { tenant } = cause;
  const lenient: ReportDecider<Command> = {
    ...decider,
    decide(asked, life) {
      // The cause may be a message, and the tenant that it names is not verified.
      if (life.phase !== 'absent') tenant = life.request.tenant;
      return history.mayBeOver ? [] : decider.decide(asked, life);
    },
  };
  return append(writer, lenient, command, cause, { history, tenant: () => tenant });
}

function append<Command extends Message>(
  { store, actor, now }: ReportWriter,
  decider: ReportDecider<Command>,
  command: Command,
  { reportId, tenant: _, eventId, ...trace }: Cause,
  {
    history,
    tenant,
    past,
  }: {
    readonly history: ReadableHistory;
    readonly tenant: () => string;
    readonly past?: Past<ReportEvent> | undefined;
  },
): Promise<Executed<ReportLife, ReportEvent>> {
  return execute({
    store,
    stream: streamOf.report(reportId),
    decider,
    command,
    past,
    onUnreadable: history.onUnreadable,
    describe: (event) =>
      envelop(derivedEventId(eventId, event.type), event, {
        tenant: tenant(),
        correlationId: reportId,
        causationId: eventId,
        occurredAt: now().toISOString(),
        actor,
        ...trace,
      }),
  });
}

/**
 * The current report, according to its events. `reading`: its stream, if it was just read; an append based on it expects that revision, so later
 * events are not overlooked. Throws as `decideOnReport` does.
 */
export async function readReport(store: EventLog, reportId: string, reading?: StreamReading): Promise<ReportSoFar> {
  const whole = reading?.isWhole ? reading : await readStreamOnce(store, streamOf.report(reportId));
  const history = new ReadableHistory();
  for (const event of whole.unreadable) history.onUnreadable(event);
  const past = whole.events.filter((event) => isEventOn('report', event));
  const request = past.find(({ type }) => type === 'ReportRequested');
  return {
    life: history.lifeIn(foldOf(reportLife, past)),
    requested: request && { position: request.position, at: request.metadata.occurredAt },
    readUntil: past.at(-1)?.position ?? 0n,
    past: { past, revision: whole.revision },
  };
}

export interface ReportSoFar {
  readonly life: ReportLife;
  /** Position and time of `ReportRequested` in the log; undefined: the report was never requested. */
  readonly requested: { readonly position: Position; readonly at: string } | undefined;
  /** Position of the last event that was read; 0: there is none. */
  readonly readUntil: Position;
  /** For `decideOnReport`, so that the stream need not be read again. */
  readonly past: Past<ReportEvent>;
}

/** Why a report fails when an event of its evidence or history cannot be read. */
export function becauseUnreadable({ event }: HistoryUnreadableError): Pick<ReportFailed, 'code' | 'message'> {
  const { position } = event;
  return {
    code: 'history_unreadable',
    message: historySays.unreadable(position),
  };
}

/** A ready report. */
export interface MadeReport {
  readonly life: Extract<ReportLife, { phase: 'ready' }>;
  /** The last event about its files, which is the cause of the next event about them. */
  readonly toldBy: string;
}

/** The report, if it is ready; undefined in any other phase. Throws as `decideOnReport` does. */
export async function readMade(store: EventLog, reportId: string): Promise<MadeReport | undefined> {
  const history = new ReadableHistory();
  let life = reportLife.initialState;
  let toldBy = '';
  for await (const event of historyOf(store, 'report', streamOf.report(reportId), history)) {
    if (TELLING_OF_FILES.includes(event.type)) toldBy = event.id;
    life = reportLife.evolve(life, event);
  }
  const found = history.lifeIn(life);
  return found.phase === 'ready' ? { life: found, toldBy } : undefined;
}

const TELLING_OF_FILES: readonly string[] = [
  'ReportReady',
  'ArtifactLost',
  'ArtifactRestored',
] satisfies ReportEvent['type'][];

/** After one of these, a report is no longer under way. */
const LAST_TYPES: readonly string[] = ['ReportReady', 'ReportFailed', 'ReportExpired'] satisfies ReportEvent['type'][];

/** What one read of a report's history has left out. */
class ReadableHistory {
  #unreadable: UnreadableEvent | undefined;
  #mayBeOver = false;

  readonly onUnreadable = (event: UnreadableEvent): void => {
    // An event that no build can read is reported first, because waiting would not help.
    if (!this.#unreadable || event.code === 'contract_violated') this.#unreadable = event;
    this.#mayBeOver ||= event.code === 'newer_version' && LAST_TYPES.includes(event.type);
  };

  get mayBeOver(): boolean {
    return this.#mayBeOver;
  }

  /** `life`, if it can be relied on. */
  lifeIn(life: ReportLife): ReportLife {
    if (this.#unreadable && life.phase !== 'failed') throw new HistoryUnreadableError(this.#unreadable);
    return life;
  }
}
