import type { Logger } from '@evidence/runtime';
import type { Caller } from '../../core/access/authenticate.js';
import {
  type Buckets,
  type Charge,
  charge,
  type Limit,
  type Metered,
  merged,
  type Rate,
} from '../../core/access/rate-limit.js';
import type { SharedCells } from '../../ports.js';

/** Calls per minute; 0: no limit. */
export interface CallsPerMinute {
  /** `POST /reports`, for each token. */
  readonly reports: number;
  /** All calls, for each token. */
  readonly token: number;
  /** All calls of all tokens of a tenant. */
  readonly tenant: number;
}

export interface RateLimitsParts {
  readonly callsPerMinute: CallsPerMinute;
  readonly shared: SharedCells;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The burst of a token, as a multiple of its rate: 120 at once if 60 per minute are allowed. */
const TOKEN_BURST_PER_RATE = 2;
/**
 * A write is lost only if another gateway allowed a call, so the limit itself ends a series of lost writes. After this many, the gateway counts
 * alone.
 */
const WRITES_MAX = 100;
/** How long a gateway counts alone after the cells could not be reached, so that no call waits for them. */
const ALONE_MS = 5_000;

/** What this process knows of a tenant's buckets, and the revision of the cell that it read. */
interface Known {
  readonly buckets: Buckets;
  readonly revision: number;
}

/** A call that waits until it is charged. */
interface Waiting {
  readonly limits: readonly Limit[];
  readonly answer: (charged: Charge) => void;
}

/**
 * Counts calls across all gateway processes: one cell per tenant has all its buckets, so that a call is charged to all of its limits or to none.
 * Calls that arrive while the cell is being written are charged together with the next write, so that a busy gateway does not keep others from
 * writing. While the cells cannot be reached, each process counts alone, because too many calls for some seconds do less harm than none.
 */
export class RateLimits {
  readonly #known = new Map<string, Known>();
  /** The waiting calls of each tenant whose cell is being written. */
  readonly #waiting = new Map<string, Waiting[]>();
  #aloneUntilMs = 0;

  constructor(private readonly parts: RateLimitsParts) {}

  /** Charges a call. Undefined: it is not limited. A refused call costs nothing. */
  async take(caller: Caller, metered: Metered | undefined): Promise<Charge | undefined> {
    const limits = this.#limitsOf(caller, metered);
    if (limits.length === 0) return undefined;
    const { tenant } = caller;
    // Other gateways can only have taken more, so if our own record refuses the call, no look-up is needed.
    const early = charge(this.#knownOf(tenant).buckets, limits, this.#nowMs());
    if (!early.allowed) return early;
    return new Promise((answer) => this.#await(tenant, { limits, answer }));
  }

  #limitsOf({ tokenId }: Caller, metered: Metered | undefined): readonly Limit[] {
    const { reports, token, tenant } = this.parts.callsPerMinute;
    return [
      ...(metered === 'reports' ? [{ bucket: `reports:${tokenId}`, rate: rateOf(reports) }] : []),
      { bucket: `token:${tokenId}`, rate: rateOf(token, TOKEN_BURST_PER_RATE) },
      { bucket: 'tenant', rate: rateOf(tenant) },
    ].filter(({ rate }) => rate.perMinute > 0);
  }

  #await(tenant: string, call: Waiting): void {
    const others = this.#waiting.get(tenant);
    if (others) {
      others.push(call);
      return;
    }
    this.#waiting.set(tenant, [call]);
    void this.#chargeWaiting(tenant);
  }

  async #chargeWaiting(tenant: string): Promise<void> {
    for (;;) {
      const calls = this.#waiting.get(tenant) ?? [];
      if (calls.length === 0) break;
      this.#waiting.set(tenant, []);
      const charges = await this.#charge(tenant, calls);
      for (const [index, charged] of charges.entries()) calls[index]?.answer(charged);
    }
    this.#waiting.delete(tenant);
  }

  /** One charge per call, in order, with a single write. */
  async #charge(tenant: string, calls: readonly Waiting[]): Promise<readonly Charge[]> {
    for (let write = 1; ; write++) {
      const known = this.#knownOf(tenant);
      const nowMs = this.#nowMs();
      let { buckets } = known;
      const charges = calls.map(({ limits }) => {
        const charged = charge(buckets, limits, nowMs);
        if (charged.allowed) buckets = charged.buckets;
        return charged;
      });
      if (buckets === known.buckets) return charges;
      const revision = write > WRITES_MAX ? known.revision : await this.#write(tenant, buckets, known.revision);
      if (revision !== undefined) {
        this.#known.set(tenant, { buckets, revision });
        return charges;
      }
    }
  }

  /** The revision of the cell after the write; undefined: another gateway wrote first, and its record has been merged into ours. */
  async #write(tenant: string, buckets: Buckets, revision: number): Promise<number | undefined> {
    const { shared, logger } = this.parts;
    if (this.#nowMs() < this.#aloneUntilMs) return revision;
    try {
      const written = await shared.write(tenant, JSON.stringify(buckets), revision);
      if (written === undefined) await this.#learn(tenant);
      return written;
    } catch (error) {
      this.#aloneUntilMs = this.#nowMs() + ALONE_MS;
      logger.warn({ err: error }, 'the shared rate limits cannot be reached, so this gateway counts alone');
      return revision;
    }
  }

  async #learn(tenant: string): Promise<void> {
    const cell = await this.parts.shared.read(tenant);
    const buckets = cell ? (JSON.parse(cell.text) as Buckets) : {};
    this.#known.set(tenant, {
      buckets: merged(this.#knownOf(tenant).buckets, buckets),
      revision: cell?.revision ?? 0,
    });
  }

  #knownOf(tenant: string): Known {
    return this.#known.get(tenant) ?? { buckets: {}, revision: 0 };
  }

  #nowMs(): number {
    return this.parts.now().getTime();
  }
}

const rateOf = (perMinute: number, burstPerRate = 1): Rate => ({ perMinute, burst: perMinute * burstPerRate });
