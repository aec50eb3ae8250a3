import { createHash } from 'node:crypto';
import { canonicalText, type ExportManifest, readEvent, streamOf, valuesOfLines } from '@evidence/contracts';
import type { FileBytes } from '@evidence/verify';
import type { ChosenReport } from './chosen.js';
import { leafText } from './chosen.js';
import { eventSchemaPath } from './layout.js';
import { piecesOf } from './tar.js';

/** The events of an export contradict each other, their schemas, or the manifest. The message says where. */
class EventsError extends Error {
  override readonly name = 'EventsError';
}

interface Line {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
  readonly leaf: string;
}

const TEXTS = ['id', 'stream', 'revision', 'position', 'recordedAt', 'type', 'leaf'] as const;
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;

/**
 * Reads events.jsonl. Every event must be in canonical form and in log order, have the right leaf, be valid against its contract, and belong to a
 * report that the manifest lists. Returns what the events say about each report. Throws `EventsError`.
 */
export async function checkEvents(
  bytes: FileBytes,
  sha256: string,
  manifest: ExportManifest,
  members: ReadonlyMap<string, FileBytes>,
): Promise<readonly ChosenReport[]> {
  const fold = new Fold(manifest, members);
  const hash = createHash('sha256');
  let number = 0;
  try {
    for await (const values of valuesOfLines(piecesOf(bytes))) {
      for (const value of values) {
        number += 1;
        const line = lineFrom(value);
        hash.update(`${canonicalText(value)}\n`);
        fold.take(line);
      }
    }
    fold.end(number);
  } catch (cause) {
    // Whatever fails here is a fault of the file, also a line that is not JSON or is nested too deeply.
    throw new EventsError(`line ${number}: ${(cause as Error).message}`, { cause });
  }
  if (hash.digest('hex') !== sha256) throw new EventsError('a line is not in canonical form');
  return [...fold.reports.values()];
}

function lineFrom(value: unknown): Line {
  const line = value as Line;
  const isObject = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each);
  const isWhole =
    isObject(value) &&
    TEXTS.every((name) => typeof line[name] === 'string') &&
    isObject(line.data) &&
    isObject(line.metadata) &&
    NUMBER.test(line.revision) &&
    NUMBER.test(line.position);
  if (!isWhole) throw new EventsError('it is not an event');
  return line;
}

class Fold {
  readonly reports: Map<string, ChosenReport>;
  readonly #nextRevision = new Map<string, bigint>();
  readonly #head: bigint;
  #position = -1n;
  #gaps = 0n;

  constructor(
    private readonly manifest: ExportManifest,
    private readonly members: ReadonlyMap<string, FileBytes>,
  ) {
    this.#head = BigInt(manifest.head);
    this.reports = new Map(
      manifest.reports.map(({ reportId, tenant }) => [streamOf.report(reportId), { reportId, tenant, expired: false }]),
    );
  }

  take(line: Line): void {
    if (leafText(line) !== line.leaf) throw new EventsError('its leaf is not the hash of its content');
    this.#order(line);
    const reading = readEvent(line.type, line.data, line.metadata);
    if (reading.kind !== 'event') {
      const why = reading.kind === 'unreadable' ? reading.cause.reason : 'this release does not know its type';
      throw new EventsError(`it cannot be read: ${why}`);
    }
    const { event, metadata } = reading;
    if (!this.members.has(eventSchemaPath(metadata.schema)))
      throw new EventsError(`its schema ${metadata.schema} is not in the file`);
    const report = this.reports.get(line.stream);
    const { reportId } = event.data as { readonly reportId?: unknown };
    if (!report || report.reportId !== reportId || report.tenant !== metadata.tenant || metadata.eventId !== line.id)
      throw new EventsError('its stream, its data, its metadata and the manifest do not name the same report');
    if (event.type === 'ReportReady') {
      const { format, artifact, attestation } = event.data;
      report.ready = { format, artifact, attestation };
    }
    if (event.type === 'ReportExpired') report.expired = true;
  }

  #order({ stream, revision, position }: Line): void {
    const next = this.#nextRevision.get(stream) ?? 0n;
    const skipped = BigInt(revision) - next;
    if (skipped < 0n || BigInt(position) <= this.#position || BigInt(position) > this.#head)
      throw new EventsError('it is out of order');
    this.#gaps += skipped;
    this.#nextRevision.set(stream, BigInt(revision) + 1n);
    this.#position = BigInt(position);
  }

  end(lines: number): void {
    const { events, leftOut, reports } = this.manifest;
    if (lines !== events) throw new EventsError(`there are ${lines} events, but the manifest says ${events}`);
    if (this.#gaps > BigInt(leftOut))
      throw new EventsError(`${this.#gaps} revisions are missing, but the manifest says that ${leftOut} were left out`);
    if (this.reports.size !== reports.length || this.#nextRevision.size !== reports.length)
      throw new EventsError('the manifest lists a report twice, or a report that has no events');
  }
}
