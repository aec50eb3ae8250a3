import { openBucket, RATE_LIMITS_BUCKET } from '@evidence/bus';
import { inTime } from '@evidence/runtime';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SharedCell, SharedCells } from '../ports.js';

/** Short, because a call is waiting. */
const TIMEOUT_MS = 500;

/** Cells in a JetStream key-value bucket. `connection` returns undefined until NATS has been reached. */
export class SharedCellsInNatsKv implements SharedCells {
  #open: { readonly nc: NatsConnection; readonly bucket: Promise<KV> } | undefined;

  constructor(private readonly connection: () => NatsConnection | undefined) {}

  async read(key: string): Promise<SharedCell | undefined> {
    const entry = await this.#inBucket((bucket) => bucket.get(key));
    return entry?.operation === 'PUT' ? { text: entry.string(), revision: entry.revision } : undefined;
  }

  async write(key: string, text: string, revision: number): Promise<number | undefined> {
    try {
      // Not `update`, which does not accept revision 0 (@nats-io/kv 3.4.0).
      return await this.#inBucket((bucket) => bucket.put(key, text, { previousSeq: revision, timeout: TIMEOUT_MS }));
    } catch (error) {
      if (isLostRace(error)) return undefined;
      throw error;
    }
  }

  /**
   * The client waits up to 5 s for an unavailable server (3.4.0). A write that takes effect too late does no harm, because the next one finds another
   * revision.
   */
  #inBucket<Answer>(act: (bucket: KV) => Promise<Answer>): Promise<Answer> {
    return inTime(this.#opened(act), TIMEOUT_MS, () => new Error(`NATS did not respond within ${TIMEOUT_MS} ms.`));
  }

  /** After any failure the bucket is opened again, and thus created again if the server has lost it. */
  async #opened<Answer>(act: (bucket: KV) => Promise<Answer>): Promise<Answer> {
    const nc = this.connection();
    if (!nc) throw new Error('There is no connection to NATS yet.');
    if (this.#open?.nc !== nc) {
      this.#open = { nc, bucket: openBucket(nc, RATE_LIMITS_BUCKET, TIMEOUT_MS) };
    }
    const open = this.#open;
    try {
      return await act(await open.bucket);
    } catch (error) {
      if (!isLostRace(error) && this.#open === open) this.#open = undefined;
      throw error;
    }
  }
}

const isLostRace = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence;
