import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/** Deeper than any body of ours by far. */
export const DEPTH_MAX = 32;

/** A container that is open, and the member of it that is being read. */
interface Open {
  /** Of an object, the names that were met. */
  readonly names: Set<string> | undefined;
  member: string | number;
}

/**
 * The value of a JSON text (RFC 8259) as everybody reads it, or `invalid_request`, naming the member: I-JSON (RFC 7493 §2), which forbids
 * duplicate names and lone surrogates, and a depth that nobody's stack minds. `JSON.parse` takes the last of two members and makes half
 * characters; of the libraries that refuse duplicates none is kept up and safe in depth (2026-11), hence the look at the tokens here.
 */
export function parseStrictJson(text: string): unknown {
  const value = parseJson(text);
  requireStrict(text);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid_request', sentences.notJson);
  }
}

/** `text` is JSON: all that is left to find are the tokens that tell structure. */
function requireStrict(text: string): void {
  const open: Open[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    const inside = open.at(-1);
    switch (text[at]) {
      case '{':
      case '[':
        if (open.length === DEPTH_MAX) throw wrong((field) => sentences.tooDeep(field, DEPTH_MAX), open);
        isName = text[at] === '{';
        open.push({ names: isName ? new Set() : undefined, member: isName ? '' : 0 });
        break;
      case '}':
      case ']':
        isName = false;
        open.pop();
        break;
      case ',':
        isName = inside?.names !== undefined;
        if (typeof inside?.member === 'number') inside.member += 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        const string = JSON.parse(text.slice(at, end + 1)) as string;
        if (isName && inside) enter(inside, string, open);
        if (!string.isWellFormed()) throw wrong(sentences.halfCharacter, open);
        isName = false;
        at = end;
      }
    }
  }
}

function enter(object: Open, name: string, open: readonly Open[]): void {
  object.member = name;
  if (object.names?.has(name)) throw wrong(sentences.repeated, open);
  object.names?.add(name);
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

const FIELD_CHARS_MAX = 300;

function wrong(sentenceOn: (field: string) => string, open: readonly Open[]): Problem {
  const pointer = open.map(({ member }) => `/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const field = pointer.slice(0, FIELD_CHARS_MAX).toWellFormed();
  return new Problem('invalid_request', sentenceOn(field), field === '' ? {} : { field });
}
