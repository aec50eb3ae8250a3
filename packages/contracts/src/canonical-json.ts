// The library of RFC 8785's authors; it is small, tested against the RFC's vectors, and refuses NaN and lone surrogates.
import canonicalize from 'canonicalize';

/** A value that JSON cannot say as it is. Correct it: what would be dropped or rewritten in silence must not be stored or signed. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
  readonly code = 'json_not_canonical';
  constructor(
    readonly path: string,
    what: string,
  ) {
    super(`${path} is ${what}, which canonical JSON cannot say: correct it first.`);
  }
}

/** Deeper than any document of ours; both this check and `JSON.parse` of a reader recurse. */
const DEPTH_MAX = 64;

/**
 * The JSON Canonicalization Scheme (RFC 8785) in UTF-8: equal documents are equal bytes, and one digest names them. Only what JSON itself can say is accepted: `undefined`, NaN,
 * infinities, lone surrogates, bigints, functions, holes and objects with a prototype (a Date, a Map) would be dropped
 * or rewritten silently, so each throws `CanonicalJsonError` naming the place. -0 is written 0.
 */
export function canonicalJson(value: unknown): Uint8Array {
  requireJson(value, '$', 0);
  const text = canonicalize(value);
  if (text === undefined) throw notCanonical('$', 'nothing');
  return Buffer.from(text, 'utf8');
}

function requireJson(value: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX) throw notCanonical(path, `deeper than ${DEPTH_MAX} levels`);
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw notCanonical(path, String(value));
      return;
    case 'string':
      requireWellFormed(value, path);
      return;
    case 'object':
      if (value !== null) requireContainer(value, path, depth);
      return;
    default:
      throw notCanonical(path, typeof value);
  }
}

function requireContainer(value: object, path: string, depth: number): void {
  if (Array.isArray(value)) {
    // Not forEach, which would step over a hole.
    for (const [index, member] of value.entries()) requireJson(member, `${path}[${index}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notCanonical(path, 'an object of a class');
  if ('toJSON' in value) throw notCanonical(path, 'an object with toJSON');
  for (const [key, member] of Object.entries(value)) {
    requireWellFormed(key, path);
    requireJson(member, `${path}.${key}`, depth + 1);
  }
}

function requireWellFormed(text: string, path: string): void {
  if (!text.isWellFormed()) throw notCanonical(path, 'a string with a lone surrogate');
}

const notCanonical = (path: string, what: string): CanonicalJsonError => new CanonicalJsonError(path, what);
