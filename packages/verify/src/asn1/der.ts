/**
 * The little of DER (ITU-T X.690 §10) that a CMS signature needs: definite lengths, low tag numbers.
 * Reading is strict, because one value must have exactly one encoding when bytes are compared.
 */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The constructed, context-specific tag `[number]`. */
export const contextTag = (number: number): number => 0xa0 | number;

export interface DerValue {
  readonly tag: number;
  /** Tag, length and content, unchanged. */
  readonly encoded: Uint8Array;
  readonly content: Uint8Array;
}

/** The bytes are not DER as read here: cut short, trailing bytes, or a length that is not in its shortest form. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** The result of `read`, or undefined if it throws `DerError`. Throws every other error. */
export function unlessNotDer<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag), encodeLength(body.length), body]);
}

export const sequence = (...members: readonly Uint8Array[]): Uint8Array => der(TAG.sequence, ...members);

export const octetString = (content: Uint8Array): Uint8Array => der(TAG.octetString, content);

/** An integer from 0 to 127. */
export const smallInteger = (value: number): Uint8Array => der(TAG.integer, Uint8Array.of(value));

/** SET OF: DER sorts the members by their encoding (X.690 §11.6). `tag` replaces SET where the type is IMPLICIT. */
export function setOf(members: readonly Uint8Array[], tag: number = TAG.set): Uint8Array {
  return der(tag, ...[...members].sort(Buffer.compare));
}

/** `dotted` is an object identifier such as `1.2.840.113549.1.7.2`. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  // The first two arcs are one number, which under 2 may need several octets (X.690 §8.19.4).
  return der(TAG.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Reads exactly one value that fills `bytes`. Throws `DerError`. */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readFirst(bytes);
  if (value.encoded.length !== bytes.length) throw new DerError('there are extra bytes after the value');
  return value;
}

/** Reads the value at the start of `bytes`; what follows it is ignored. Throws `DerError`. */
export function readFirst(bytes: Uint8Array): DerValue {
  const { length, headerLength } = readHeader(bytes);
  const end = headerLength + length;
  if (end > bytes.length) throw new DerError(`the value needs ${end} bytes, but there are only ${bytes.length}`);
  return { tag: bytes[0]!, encoded: bytes.subarray(0, end), content: bytes.subarray(headerLength, end) };
}

/** More than any structure here has, except the entries of a revocation list. Each takes a hundred times its two bytes. */
const MEMBERS_MAX = 10_000;

/** The members of a constructed value. Throws `DerError`, also if there are more than `max`. */
export function membersOf(value: DerValue, max = MEMBERS_MAX): DerValue[] {
  const members: DerValue[] = [];
  for (let rest = value.content; rest.length > 0; rest = rest.subarray(members.at(-1)!.encoded.length)) {
    if (members.length === max) throw new DerError(`it has more than ${max} members`);
    members.push(readFirst(rest));
  }
  return members;
}

/** The member at `index`, which must carry `tag`. Throws `DerError`. */
export function memberAt(value: DerValue, index: number, tag: number): DerValue {
  const member = membersOf(value).at(index);
  if (member?.tag !== tag) throw new DerError(`member ${index} should have tag 0x${tag.toString(16)}`);
  return member;
}

/**
 * A UTCTime or GeneralizedTime in UTC, as RFC 5280 §4.1.2.5 and RFC 3161 §2.4.2 profile them; fractions of a second are
 * dropped below the millisecond. Throws `DerError`.
 */
export function readTime({ tag, content }: DerValue): Date {
  const text = Buffer.from(content).toString('latin1');
  const century = tag === TAG.utcTime ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : '';
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(`${century}${text}`);
  const [, year, month, day, hour, minute, second, fraction = ''] = digits ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  const isTime = tag === TAG.utcTime || tag === TAG.generalizedTime;
  if (!isTime || Number.isNaN(time.getTime())) throw new DerError('a time cannot be read');
  return time;
}

function readHeader(bytes: Uint8Array): { length: number; headerLength: number } {
  const first = bytes[1];
  if (first === undefined) throw new DerError('the header is cut short');
  if (first < 0x80) return { length: first, headerLength: 2 };
  const count = first & 0x7f;
  // Four octets say 4 GiB; none says "indefinite", which DER forbids.
  if (count === 0 || count > 4 || bytes.length < 2 + count)
    throw new DerError('the length is not definite or is cut short');
  const octets = bytes.subarray(2, 2 + count);
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (octets[0] === 0 || length < 0x80) throw new DerError('the length is not in its shortest form');
  return { length, headerLength: 2 + count };
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

function base128(arc: number): number[] {
  const octets = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest & 0x7f));
  return octets;
}
