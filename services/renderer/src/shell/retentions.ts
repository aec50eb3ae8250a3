import { type Retention, streamOf } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { retentionOf } from '@evidence/retention';
import { remember } from '@evidence/runtime';

/** Beyond this many tenants, the policy of the one that was read first is read again. */
const TENANTS_MAX = 1_000;

/** How long a tenant's reports are kept. One read of its policy serves all of its reports that were requested before that read. */
export class Retentions {
  readonly #readings = new Map<string, { readonly asOf: Position; readonly reading: Promise<Retention> }>();

  constructor(
    private readonly store: EventLog,
    /** For tenants without a policy of their own. */
    private readonly defaultSeconds: number,
  ) {}

  /**
   * By the tenant's policy as of `requested` or later, so that a policy that was set before a report was requested counts. `now`: the last position
   * that the caller has seen in the log. Throws as `historyOf` does.
   */
  of(tenant: string, requested: Position, now: Position): Promise<Retention> {
    const kept = this.#readings.get(tenant);
    if (kept && requested <= kept.asOf) return kept.reading;
    const reading = this.#read(tenant);
    const read = { asOf: now, reading };
    remember(this.#readings, tenant, read, TENANTS_MAX);
    reading.catch(() => {
      if (this.#readings.get(tenant) === read) this.#readings.delete(tenant);
    });
    return reading;
  }

  async #read(tenant: string): Promise<Retention> {
    const past = await Array.fromAsync(historyOf(this.store, 'tenant', streamOf.tenant(tenant)));
    return retentionOf(past, this.defaultSeconds);
  }
}
