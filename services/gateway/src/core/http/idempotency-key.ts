import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

const KEY_CHARS_MAX = 255;

/** A structured string (RFC 9651 §3.3.3), as the standard requires, or the characters of a token without quotes, as Stripe's clients send them. */
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
  throw new Problem('invalid_request', sentences.idempotencyKeyInvalid(KEY_CHARS_MAX), { field: 'Idempotency-Key' });
}
