import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/** Much deeper than any of our bodies. */
export const DEPTH_MAX = 32;

/** An open container, and its member that is being read. */
interface Open {
  /** The names seen so far, if it is an object. */
  readonly names: Set<string> | undefined;
  member: string | number;
}

/**
 * The value of a JSON text (RFC 8259) that every parser reads alike: I-JSON (RFC 7493 §2), which forbids duplicate names and lone surrogates, up to a depth that overflows no stack. Otherwise throws `invalid_request`, naming the member. `JSON.parse` takes the last of two members and produces lone
 * surrogates. No library that refuses duplicates is both maintained and safe for deep nesting (2026-11), so the tokens are examined here.
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

/** `text` is known to be JSON, so only the structural tokens need to be found. */
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

/** The index of the closing quote of the string that begins at `start`. */
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
