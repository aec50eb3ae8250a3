import { randomBytes as nodeRandomBytes } from 'node:crypto';
import {
  DerError,
  der,
  memberAt,
  membersOf,
  nonceOf,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  smallInteger,
  TAG,
} from '@evidence/verify';
import { call, DEFAULT_LIMITS, type HttpLimits, NoAnswer } from './http.js';
import { asSigningError, SigningError } from './signing-error.js';

/** Vouches for the time at which a digest was there (RFC 3161). */
export interface TimeStampAuthority {
  /**
   * The DER of a TimeStampToken over `sha256`. Rejects with `SigningError` `timestamp_unavailable` when nobody answers,
   * which may pass, and `timestamp_refused` or `timestamp_invalid`. Whoever keeps the token verifies it first.
   */
  stamp(sha256: Uint8Array): Promise<Uint8Array>;
}

export interface HttpTimeStampAuthority {
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch;
  /** For the nonce. */
  readonly randomBytes?: (count: number) => Uint8Array;
  readonly limits?: Partial<HttpLimits>;
}

const SHA256 = '2.16.840.1.101.3.4.2.1';
const NONCE_BYTES = 16;

/** A time-stamping authority over HTTP (RFC 3161 §3.4). */
export function httpTimeStampAuthority(configuration: HttpTimeStampAuthority): TimeStampAuthority {
  const { url, fetch = globalThis.fetch, randomBytes = nodeRandomBytes } = configuration;
  const limits = { ...DEFAULT_LIMITS, ...configuration.limits };
  return {
    async stamp(sha256) {
      const nonce = positive(randomBytes(NONCE_BYTES));
      const body = { bytes: Buffer.from(timestampRequest(sha256, nonce)), mediaType: 'application/timestamp-query' };
      const answer = await call({ fetch, url, limits, body }).catch((cause: unknown) => {
        if (!(cause instanceof NoAnswer)) throw cause;
        throw new SigningError('timestamp_unavailable', `There is no time-stamp for now: ${cause.message}.`, { cause });
      });
      const token = tokenOf(answer, url);
      const repeated = asSigningError(() => nonceOf(token));
      if (repeated !== undefined && Buffer.compare(repeated, nonce) === 0) return token;
      throw new SigningError(
        'timestamp_invalid',
        `${url} answered another request than ours: it repeats another nonce.`,
      );
    },
  };
}

/** TimeStampReq (RFC 3161 §2.4.1), asking for the authority's certificate to be put into the token. */
function timestampRequest(sha256: Uint8Array, nonce: Uint8Array): Uint8Array {
  const imprint = sequence(sequence(objectIdentifier(SHA256), der(TAG.null)), octetString(sha256));
  const certificateWanted = der(TAG.boolean, Uint8Array.of(0xff));
  return sequence(smallInteger(1), imprint, der(TAG.integer, nonce), certificateWanted);
}

/** TimeStampResp (RFC 3161 §2.4.2): status 0 is granted, 1 is granted with modifications. */
function tokenOf(answer: Uint8Array, url: string): Uint8Array {
  try {
    const response = readDer(answer);
    const status = memberAt(memberAt(response, 0, TAG.sequence), 0, TAG.integer).content;
    if (status.length === 1 && (status[0] === 0 || status[0] === 1)) return memberAt(response, 1, TAG.sequence).encoded;
    const text = statusText(membersOf(memberAt(response, 0, TAG.sequence))[1]?.content ?? new Uint8Array());
    throw new SigningError('timestamp_refused', `${url} refused a time-stamp with status ${status[0]}: ${text}`);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new SigningError('timestamp_invalid', `${url} did not answer as RFC 3161 says: ${cause.message}.`, { cause });
  }
}

/** PKIFreeText, with what is not printable left out: it is for the log. */
function statusText(freeText: Uint8Array): string {
  return Buffer.from(freeText)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 200);
}

/** An INTEGER in its shortest form: neither negative nor with a leading zero. */
function positive([first = 0, ...rest]: Uint8Array): Uint8Array {
  return Uint8Array.of((first & 0x3f) | 0x40, ...rest);
}
