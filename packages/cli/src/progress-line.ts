import type { EventLog } from '@evidence/event-store/log';
import type { Surroundings } from './surroundings.js';

/** Nobody can read faster updates. */
const INTERVAL_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows the progress of long work at a terminal, on one line that is overwritten and finally cleared. Silent in a script. */
export class ProgressLine implements Disposable {
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly surroundings: Pick<Surroundings, 'stderr' | 'now'>) {}

  show(what: string, done: number, total: number): void {
    const { stderr, now } = this.surroundings;
    const nowMs = now().getTime();
    if (!stderr.isTTY || nowMs - this.#shownAtMs < INTERVAL_MS) return;
    this.#shownAtMs = nowMs;
    stderr.write(`${CLEAR_LINE}${what}: ${percentOf(done, total)} %`);
  }

  clear(): void {
    if (this.#shownAtMs === Number.NEGATIVE_INFINITY) return;
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
    this.surroundings.stderr.write(CLEAR_LINE);
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

/** 100 when there is nothing to do. */
const percentOf = (done: number, total: number): number =>
  total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));

/** The pieces of a file, while `line` shows how much of it has been read. */
export async function* readingShown(
  pieces: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  line: ProgressLine,
): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  for await (const piece of pieces) {
    yield piece;
    readBytes += piece.length;
    line.show('Reading', readBytes, sizeBytes);
  }
}

/** The store, while `line` shows how many of `total` events have been appended. */
export function recordingShown(store: EventLog, total: number, line: ProgressLine): EventLog {
  let appended = 0;
  return {
    ...store,
    async append(stream, expected, events) {
      const result = await store.append(stream, expected, events);
      appended += events.length;
      line.show('Recording', appended, total);
      return result;
    },
  };
}
