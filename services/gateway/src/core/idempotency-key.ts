import type { EventOf, IdempotencyKeyClaimed } from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';
import { Problem } from './problem.js';

/** How long a key stands for what was asked for under it: as long as at Stripe (2026-11). */
export const KEY_VALID_MS = 24 * 60 * 60 * 1000;
const KEY_CHARS_MAX = 255;

/** A structured string (RFC 9651 §3.3.3), as the standard wants it, or the characters of a token without quotes, as clients of Stripe send it. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])+)"$/;
const BARE = /^[!#-+\--~]+$/;

/**
 * The key in an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07 §2.1); the same with and without quotes. Throws
 * `invalid_request` for one that is empty, too long, not of one line of printable ASCII, or sent twice.
 */
export function idempotencyKeyIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') ?? BARE.exec(header)?.[0];
  if (key !== undefined && key.length <= KEY_CHARS_MAX) return key;
  const message = `An idempotency key is "1 to ${KEY_CHARS_MAX} printable ASCII characters" in quotes, such as a UUID: send one.`;
  throw new Problem('invalid_request', message, { field: 'Idempotency-Key' });
}

/** Somebody asks for a report under a key; `reportId` is taken if the key is free, and `claimedAt` is now. */
export type ClaimIdempotencyKey = { readonly type: 'ClaimIdempotencyKey'; readonly data: IdempotencyKeyClaimed };

/**
 * What a key stands for: its last claim. The claim has a stream of its own, so that the store's expected revision is the lock: of any
 * number of gateways one claims the key, and the others read whose it is. (An id derived from the key would do without this stream, but
 * then a key could never be free again, and an id could be guessed.) A retry of what was claimed changes nothing.
 */
export const claimIdempotencyKey: Decider<
  ClaimIdempotencyKey,
  IdempotencyKeyClaimed | undefined,
  EventOf<'IdempotencyKeyClaimed'>
> = {
  initialState: undefined,
  evolve: (_, { data }) => data,
  decide({ data }, claimed): readonly EventOf<'IdempotencyKeyClaimed'>[] {
    if (!claimed || Date.parse(data.claimedAt) - Date.parse(claimed.claimedAt) >= KEY_VALID_MS) {
      return [{ type: 'IdempotencyKeyClaimed', data }];
    }
    if (claimed.requestSha256 === data.requestSha256) return [];
    throw new Refusal(
      'idempotency_key_reused',
      'Another body was sent under this idempotency key within 24 hours: send that one again, or take a new key.',
    );
  },
};
