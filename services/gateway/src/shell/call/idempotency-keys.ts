import { canonicalJson, type IdempotencyKeyClaimed, sha256Of, streamOf } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { actorOf, type Call } from '../../core/call/call.js';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { claimIdempotencyKey } from '../../core/decider.js';
import { type Writer } from './writer.js';

/** After how many seconds to retry a call whose key is in use. */
const IN_USE_RETRY_AFTER_S = 1;

interface Once {
  readonly call: Call;
  readonly key: string;
  /** Plain JSON that is valid by its contract. */
  readonly body: unknown;
  /** The id for the report if the key is free, and when it was requested. */
  readonly reportId: string;
  readonly at: string;
}

/**
 * Idempotency keys; each belongs to one tenant. The report of a key is read from the event store each time, so there is nothing to rebuild, and all
 * gateways agree. A process that dies between the claim and the report leaves a claim that the client's retry completes.
 */
export class IdempotencyKeys {
  readonly #inUse = new Set<string>();

  constructor(private readonly writer: Writer) {}

  /**
   * Calls `fulfil` with the claim of the key: a new one from these arguments, or an earlier one with the same body. `fulfil` may be called again for
   * the same claim, even at the same time in another process. Throws `idempotency_key_reused`, and `idempotency_key_in_use` while this process is
   * handling the key. A claim that another process is handling is fulfilled here too, because the result is determined.
   */
  async once<Answer>(request: Once, fulfil: (claimed: IdempotencyKeyClaimed) => Promise<Answer>): Promise<Answer> {
    const { tenant } = request.call.caller;
    const keySha256 = sha256Of(`${tenant}\n${request.key}`);
    if (this.#inUse.has(keySha256)) throw inUse();
    this.#inUse.add(keySha256);
    try {
      return await fulfil(await this.#claim(keySha256, request));
    } finally {
      this.#inUse.delete(keySha256);
    }
  }

  async #claim(keySha256: string, { call, body, reportId, at }: Once): Promise<IdempotencyKeyClaimed> {
    const data = {
      keySha256,
      tenant: call.caller.tenant,
      requestSha256: sha256Of(canonicalJson(body)),
      reportId,
      claimedAt: at,
      claimedBy: actorOf(call),
    };
    const { state = data } = await this.writer
      .write({
        stream: streamOf.idempotencyKey(keySha256),
        decider: claimIdempotencyKey,
        command: { type: 'ClaimIdempotencyKey', data },
        thoughtNew: true,
        correlationId: reportId,
        call,
      })
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        throw new Problem('idempotency_key_reused', error.message, { field: 'Idempotency-Key' });
      });
    return state;
  }
}

const inUse = (): Problem =>
  new Problem(
    'idempotency_key_in_use',
    sentences.idempotencyKeyInUse,
    { field: 'Idempotency-Key' },
    IN_USE_RETRY_AFTER_S,
  );
