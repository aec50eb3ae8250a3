import { canonicalText, type ExportManifest, isEventOn, type ReportReady, streamOf } from '@evidence/contracts';
import { leafOf, type Position } from '@evidence/event-store';
import { type EventLog, HistoryUnreadableError, type LogEvent } from '@evidence/event-store/log';
import { CommandFailure } from '../failure.js';
import { mayBeOf } from '../left-out.js';
import { REPORTS_MAX } from './layout.js';

export type Selection = ExportManifest['selection'];

/** What an export needs to know about a report, according to its events. */
export interface ChosenReport {
  readonly reportId: string;
  readonly tenant: string;
  ready?: Pick<ReportReady, 'format' | 'artifact' | 'attestation'>;
  expired: boolean;
}

const CHUNK_CHARS = 64 * 1024;

/** The events of the selected reports, and what was learned about the reports while reading them. */
export class Chosen {
  readonly reports = new Map<string, ChosenReport>();
  /** Names of schemas, such as `ReportReady.v1`. */
  readonly schemas = new Set<string>();
  events = 0;
  leftOut = 0;

  constructor(
    private readonly store: EventLog,
    private readonly selection: Selection,
    private readonly head: Position,
  ) {}

  /** events.jsonl. Throws `HistoryUnreadableError`, and `CommandFailure` for more reports than one export may have. */
  async *lines(): AsyncGenerator<Uint8Array> {
    let text = '';
    for await (const event of this.#read()) {
      if (event.position > this.head) break;
      if (!this.#take(event)) continue;
      text += `${lineOf(event)}\n`;
      if (text.length < CHUNK_CHARS) continue;
      yield Buffer.from(text, 'utf8');
      text = '';
    }
    yield Buffer.from(text, 'utf8');
  }

  #read(): AsyncIterable<LogEvent> {
    const { reportId, tenant } = this.selection;
    const concerns = mayBeOf(tenant);
    const tolerance = {
      onForeign: ({ stream, position }: Pick<LogEvent, 'stream' | 'position'>) => {
        if (position <= this.head && this.reports.has(stream)) this.leftOut += 1;
      },
      onUnreadable: (event: Parameters<typeof concerns>[0]) => {
        if (event.position <= this.head && concerns(event)) throw new HistoryUnreadableError(event);
      },
    };
    return reportId === undefined
      ? this.store.readAll({ filter: { streamPrefixes: [streamOf.report('')] }, ...tolerance })
      : this.store.readStream(streamOf.report(reportId), tolerance);
  }

  /** Whether the event belongs to the export. */
  #take(event: LogEvent): boolean {
    const { stream } = event;
    if (!isEventOn('report', event)) {
      if (this.reports.has(stream)) this.leftOut += 1;
      return false;
    }
    if (event.type === 'ReportRequested' && this.#isAskedFor(event)) {
      if (this.reports.size >= REPORTS_MAX)
        throw new CommandFailure(`An export has at most ${REPORTS_MAX} reports: choose fewer with --period.`);
      const { reportId, tenant } = event.data;
      this.reports.set(stream, { reportId, tenant, expired: false });
    }
    const report = this.reports.get(stream);
    if (!report) return false;
    if (event.type === 'ReportReady') {
      const { format, artifact, attestation } = event.data;
      report.ready = { format, artifact, attestation };
    }
    if (event.type === 'ReportExpired') report.expired = true;
    this.schemas.add(event.metadata.schema);
    this.events += 1;
    return true;
  }

  #isAskedFor({ data, metadata }: Extract<LogEvent, { type: 'ReportRequested' }>): boolean {
    const { reportId = data.reportId, tenant = data.tenant, from, to } = this.selection;
    const at = Date.parse(metadata.occurredAt);
    const isWithin = (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to));
    return isWithin && reportId === data.reportId && tenant === data.tenant;
  }
}

/** An event as one line: the members that its leaf is computed from, the leaf, and where and when the store recorded it. */
function lineOf({ id, stream, revision, position, recordedAt, type, stored, metadata }: LogEvent): string {
  const hashed = { id, stream, revision: String(revision), type, data: stored, metadata };
  return canonicalText({ ...hashed, position: String(position), recordedAt, leaf: leafText(hashed) });
}

export interface ExportedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** The leaf of an event, as contracts/README.md defines it, in lower-case hex. Throws `CanonicalJsonError`. */
export function leafText({ id, stream, revision, type, data, metadata }: ExportedEvent): string {
  const bytesOf = (value: unknown) => Buffer.from(canonicalText(value), 'utf8');
  return leafOf({
    id,
    stream,
    type,
    revision: BigInt(revision),
    data: bytesOf(data),
    metadata: bytesOf(metadata),
  }).toString('hex');
}
