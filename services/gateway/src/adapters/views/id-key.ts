const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A number of 32 bits for an id: FNV-1a (RFC 9923) over its UTF-16 code units. Few ids share one. An index of these numbers has a third of the pages
 * of an index of the ids, and ids are random, so each transaction writes most of those pages.
 */
export function keyOfId(id: string): number {
  let key = FNV_OFFSET_BASIS;
  for (let at = 0; at < id.length; at++) key = Math.imul(key ^ id.charCodeAt(at), FNV_PRIME);
  return key >>> 0;
}
