import serialize from 'canonicalize';

/**
 * The canonical bytes of a JSON value (RFC 8785), so that equal documents are equal bytes and one digest names them.
 * `canonicalize` is by the RFC's author. Throws on what has no such form: lone surrogates, NaN, infinities, cycles, undefined.
 */
export function canonicalJson(value: unknown): Uint8Array {
  const text = serialize(value);
  if (text === undefined) throw new TypeError('undefined has no canonical JSON form');
  return Buffer.from(text, 'utf8');
}
