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
} from '@evidence/verify/formats';
import { call, DEFAULT_LIMITS, type HttpLimits, NoAnswer } from './http.js';
import { positiveInteger } from './random-integer.js';
import { asSigningError, SigningError } from './signing-error.js';

/** Vouches that a digest existed at a certain time (RFC 3161). */
export interface TimeStampAuthority {
  /**
   * The DER of a TimeStampToken over `sha256`. Rejects with `SigningError` `timestamp_unavailable` if the authority does not
   * respond, which is temporary, and `timestamp_refused` or `timestamp_invalid`. The caller verifies the token before storing it.
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
      const nonce = positiveInteger(randomBytes(NONCE_BYTES));
      const body = { bytes: Buffer.from(timestampRequest(sha256, nonce)), mediaType: 'application/timestamp-query' };
      const answer = await call({ fetch, url, limits, body }).catch((cause: unknown) => {
        if (!(cause instanceof NoAnswer)) throw cause;
        throw new SigningError(
          'timestamp_unavailable',
          `The time-stamping authority is unavailable for now: ${cause.message}.`,
          { cause },
        );
      });
      const token = tokenOf(answer, url);
      const repeated = asSigningError(() => nonceOf(token));
      if (repeated !== undefined && Buffer.compare(repeated, nonce) === 0) return token;
      throw new SigningError(
        'timestamp_invalid',
        `The response of ${url} is for a different request: its nonce is not ours.`,
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
    throw new SigningError('timestamp_refused', `${url} refused to issue a time-stamp (status ${status[0]}): ${text}`);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new SigningError(
      'timestamp_invalid',
      `The response of ${url} does not conform to RFC 3161: ${cause.message}.`,
      { cause },
    );
  }
}

/** PKIFreeText without unprintable characters, for the log. */
function statusText(freeText: Uint8Array): string {
  return Buffer.from(freeText)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 200);
}
