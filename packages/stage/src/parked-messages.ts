import type { Service } from '@evidence/bus';
import { streamOf } from '@evidence/contracts';
import { type ExpectedRevision, isLostRace, type NewEvent } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { remember } from '@evidence/runtime';

/** How many of the newest events in the parking stream are looked at. */
const LOOKBACK = 1_000;
/** How often an append is tried when another instance, or an operator replaying messages, keeps writing first. */
const ATTEMPTS_MAX = 5;

/** The content of the newest events of a parking stream, and the revision up to which it was read. */
interface Parked {
  readonly ids: Map<string, 'parked' | 'replayed'>;
  revision: ExpectedRevision;
}

/**
 * The messages that a service has parked. The parking stream is read once and remembered, because reading it for each message would make
 * healthy messages wait. The expected revision of the append proves that the memory is still complete; if it is not, the stream is read again.
 */
export class ParkedMessages {
  readonly #stream: string;
  #known: Parked | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: EventLog,
    service: Service,
  ) {
    this.#stream = streamOf.parking(service);
  }

  /**
   * Appends what `eventFor(id)` makes, unless the message is already parked. `n` counts how often an operator has replayed the message: one that
   * fails after a replay is parked again. Messages are parked one after the other. Throws as `EventLog.append` and `readStream` do.
   */
  park(idOf: (n: number) => string, eventFor: (id: string) => NewEvent): Promise<void> {
    const parked = this.#last.then(() => this.#park(idOf, eventFor));
    this.#last = parked.catch(() => undefined);
    return parked;
  }

  async #park(idOf: (n: number) => string, eventFor: (id: string) => NewEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const remembered = this.#known !== undefined;
      this.#known ??= await this.#read();
      const { ids, revision } = this.#known;
      let n = 0;
      while (ids.get(idOf(n)) === 'replayed') n += 1;
      const id = idOf(n);
      if (ids.has(id)) {
        if (!remembered) return;
        // The message may have been replayed in the meantime.
        this.#known = undefined;
        continue;
      }
      try {
        const appended = await this.store.append(this.#stream, revision, [eventFor(id)]);
        this.#known.revision = appended.revision;
        remember(ids, id, 'parked', LOOKBACK);
        return;
      } catch (error) {
        this.#known = undefined;
        if (!isLostRace(error) || attempt >= ATTEMPTS_MAX) throw error;
      }
    }
  }

  async #read(): Promise<Parked> {
    const parked: Parked = { ids: new Map(), revision: 'no_stream' };
    // Newest first: the first event seen has the current revision, and a replay is seen before the parking that it replays.
    const seen = ({ id, revision }: { readonly id: string; readonly revision: bigint }): void => {
      if (parked.revision === 'no_stream') parked.revision = revision;
      if (!parked.ids.has(id)) parked.ids.set(id, 'parked');
    };
    const newest = { direction: 'backwards', limit: LOOKBACK, onForeign: seen, onUnreadable: seen } as const;
    for await (const event of this.store.readStream(this.#stream, newest)) {
      seen(event);
      if (event.type === 'ParkedMessageReplayed') parked.ids.set(event.data.parkedId, 'replayed');
    }
    // `remember` forgets the first of the map, which must be the oldest.
    return { ...parked, ids: new Map([...parked.ids].reverse()) };
  }
}
