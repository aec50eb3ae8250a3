import { EventStoreError } from '../errors.js';
import type { EncodedEvent } from '../limits.js';
import type { Appended, ExpectedRevision } from '../port.js';
import { wrongExpectedRevision } from '../wrong-expected-revision.js';
import type { Chain } from './chain.js';
import type { StoredEvent } from './page.js';
import type { Statements } from './statements.js';

export type StreamState = {
  readonly revision: bigint;
  readonly state: 'live' | 'deleted' | 'tombstoned';
  readonly firstVisible: bigint;
};

export interface ProposedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
}

/** Writes to streams inside a transaction of the log: checks the expected revision, and gives every event its link in the chain. */
export class StreamWriter {
  readonly #statements: Statements;
  readonly #now: () => Date;

  constructor(statements: Statements, now: () => Date) {
    this.#statements = statements;
    this.#now = now;
  }

  /** Undefined if the stream was never written. */
  stream(name: string): StreamState | undefined {
    const row = this.#statements.stream.get(name) as
      | { revision: bigint; state: StreamState['state']; first_visible: bigint }
      | undefined;
    return row && { revision: row.revision, state: row.state, firstVisible: row.first_visible };
  }

  /**
   * `written` receives the events as they are stored; nothing, if they were there already. Throws `wrong_expected_revision`, `stream_deleted`, and what
   * SQLite throws.
   */
  write({ stream, expected, events }: ProposedAppend, chain: Chain, written: (event: StoredEvent) => void): Appended {
    const current = this.stream(stream);
    const fits = this.#fits(stream, current, expected);
    const repeated = this.#repeated(stream, expected, fits, events);
    if (repeated === 'partly' || (!fits && !repeated)) throw wrongRevision(stream, expected, current);
    if (repeated) return repeated;
    const recordedAtMs = this.#now().getTime();
    let revision = current?.revision ?? -1n;
    let position = 0n;
    for (const { id, type, isJson, data, metadata } of events) {
      revision++;
      const event = { id, stream, revision, type, isJson, recordedAtMs, data, metadata };
      const result = this.#statements.insertEvent.run(
        stream,
        revision,
        id,
        type,
        isJson ? 1 : 0,
        recordedAtMs,
        data,
        metadata,
        chain.add(event),
      );
      position = BigInt(result.lastInsertRowid);
      if (isUnplaced(expected)) this.#statements.insertUnplaced.run(stream, id, revision);
      written({ ...event, position });
    }
    this.#statements.advanceStream.run(stream, revision);
    return { revision, position };
  }

  /** A deleted stream may be written again as a new one, or at its old revision; its numbering continues. */
  #fits(stream: string, current: StreamState | undefined, expected: ExpectedRevision): boolean {
    if (current?.state === 'tombstoned') throw streamDeleted(stream);
    if (expected === 'any') return true;
    if (expected === 'no_stream') return current?.state !== 'live';
    if (expected === 'stream_exists') return current?.state === 'live';
    return current?.revision === expected;
  }

  /**
   * The result of an earlier append of the same events at the same place: at the expected revision or, without one, wherever an append without one has
   * put the first id. `partly`: only some of the events are there, so it was a different append.
   */
  #repeated(
    stream: string,
    expected: ExpectedRevision,
    fits: boolean,
    events: readonly EncodedEvent[],
  ): Appended | 'partly' | undefined {
    if (fits && !isUnplaced(expected)) return undefined;
    const first = isUnplaced(expected)
      ? this.#revisionOf(events[0]!.id, stream)
      : expected === 'no_stream'
        ? 0n
        : expected + 1n;
    if (first === undefined) return undefined;
    const rows = this.#statements.idsFrom.all(stream, first, events.length) as {
      id: string;
      revision: bigint;
      position: bigint;
    }[];
    const last = rows.at(-1);
    const same = rows.length === events.length && rows.every((row, index) => row.id === events[index]?.id);
    return last && same ? { revision: last.revision, position: last.position } : 'partly';
  }

  #revisionOf(id: string, stream: string): bigint | undefined {
    return (this.#statements.revisionOfId.get(stream, id) as { revision: bigint } | undefined)?.revision;
  }

  /** Hides the events of a stream, see `EventLog.delete`. */
  hide(stream: string, expected: ExpectedRevision, kind: 'delete' | 'tombstone'): void {
    const current = this.stream(stream);
    if (!this.#fits(stream, current, expected)) throw wrongRevision(stream, expected, current);
    const revision = current?.revision ?? -1n;
    this.#statements.hideStream.run(stream, revision, kind === 'delete' ? 'deleted' : 'tombstoned', revision + 1n);
  }
}

/** Whether the append may go anywhere in its stream. */
const isUnplaced = (expected: ExpectedRevision): expected is 'any' | 'stream_exists' =>
  expected === 'any' || expected === 'stream_exists';

const streamDeleted = (stream: string) =>
  new EventStoreError('stream_deleted', `The stream ${stream} was deleted for good; use another one.`, { stream });

function wrongRevision(stream: string, expected: ExpectedRevision, current: StreamState | undefined): EventStoreError {
  const actual = current?.state === 'live' ? current.revision : 'no_stream';
  return wrongExpectedRevision(stream, expected, actual);
}
