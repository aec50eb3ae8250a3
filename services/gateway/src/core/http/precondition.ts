/** The conditions of a client, from the headers of the same names. */
export interface Preconditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/**
 * The response to a GET or HEAD instead of the artifact with the strong tag `etag`, by RFC 9110 §13.2.2: `failed` is 412, `not_modified` is 304.
 * Undefined: send the artifact. Dates are not supported as preconditions, because an artifact has no Last-Modified (§13.1.3, §13.1.4).
 */
export function unmetPrecondition(
  { ifMatch, ifNoneMatch }: Preconditions,
  etag: string,
): 'failed' | 'not_modified' | undefined {
  if (ifMatch !== undefined && !names(ifMatch, etag)) return 'failed';
  // Weak comparison (§8.8.3.2): a cache that compressed the response returns the same tag as a weak one.
  if (ifNoneMatch !== undefined && names(ifNoneMatch.replaceAll('W/"', '"'), etag)) return 'not_modified';
  return undefined;
}

/** An entity tag of §8.8.3; the text between the quotes may contain a comma. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

const names = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.match(ENTITY_TAG)?.some((tag) => tag === etag) === true;
