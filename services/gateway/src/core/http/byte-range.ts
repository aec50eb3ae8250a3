/** The first and last byte, both inclusive (RFC 9110 §14.1.2). */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * The part of `sizeBytes` bytes that a Range header asks for (RFC 9110 §14.1.2). Undefined: send all of it, as for a header that is malformed, has
 * another unit, or requests several ranges, which a server may ignore (§14.2).
 */
export function spanOf(header: string | undefined, sizeBytes: number): ByteSpan | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') return suffixOf(Number(to), sizeBytes);
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first < sizeBytes ? { first, last } : 'unsatisfiable';
}

function suffixOf(lengthBytes: number, sizeBytes: number): ByteSpan | 'unsatisfiable' {
  if (lengthBytes === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { first: Math.max(0, sizeBytes - lengthBytes), last: sizeBytes - 1 };
}

/** Whether to honour a Range: there is no If-Range, or it is exactly our strong entity tag (RFC 9110 §13.1.5). */
export const ifRangeHolds = (ifRange: string | readonly string[] | undefined, etag: string): boolean =>
  ifRange === undefined || ifRange === etag;
