import { EventStoreError } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import type { Probe } from './probes.js';

/** Checks whether the event store responds, and keeps its message when its file is damaged or of a newer release, because an operator must see that. */
export class StoreProbe {
  #unusable: string | undefined;

  constructor(private readonly store: Pick<EventLog, 'head'>) {}

  readonly probe: Probe = async () => {
    try {
      await this.store.head();
      this.#unusable = undefined;
      return [];
    } catch (error) {
      this.#unusable = error instanceof EventStoreError && error.facts.unusable ? error.message : undefined;
      throw error;
    }
  };

  /** As of the last probe. */
  warnings(): Readonly<Record<string, string>> {
    return this.#unusable ? { event_store_unusable: this.#unusable } : {};
  }
}
