import { jsonParser, type Token } from 'stream-json/core/parser.js';
import { beginningIs } from '../sentences/formats.js';
import { oneLine } from './text.js';

/** The beginning of a file. */
export interface Head {
  /** Bytes that are not UTF-8 appear as U+FFFD. */
  readonly text: string;
  /**
   * The members of its first JSON value, as far as `text` contains it, by path with `*` for the items of an array: `results.version`.
   * Scalars have their value, containers are `{}` and `[]`. In JSON Lines, the members of the first line that has any.
   */
  readonly members: ReadonlyMap<string, unknown>;
}

/** The longest path that is kept. */
const STEPS_MAX = 3;
/** The first lines of a JSON Lines file may be broken. */
const LINES_TRIED_MAX = 20;
/** The parser takes text in these pieces, because an error loses the tokens of its piece. A piece ends with its line. */
const PIECES = /[^\n]{1,64}\n?|\n/g;
const MEMBERS_TOLD_MAX = 6;
const MEMBER_CHARS_MAX = 40;
const BEGINNING_CHARS_MAX = 40;

export function headOf(bytes: Uint8Array): Head {
  const text = new TextDecoder('utf-8').decode(bytes);
  let from = 0;
  for (let tried = 0; tried < LINES_TRIED_MAX && from < text.length; tried++) {
    const { members } = new FirstValue(text.slice(from));
    if (members.size > 0) return { text, members };
    const feed = text.indexOf('\n', from);
    from = feed < 0 ? text.length : feed + 1;
  }
  return { text, members: new Map() };
}

/** How a file begins, as a hint at its format: `begins with JSON that has "a", "b"`. */
export function beginningOf({ text, members }: Head): string {
  const names = [...members.keys()].filter((path) => /^(?:\*\.)?[^.*]+$/.test(path));
  const told = names.slice(0, MEMBERS_TOLD_MAX).map((name) => oneLine(name, MEMBER_CHARS_MAX));
  if (told.length > 0) return beginningIs.json(told, told.length < names.length);
  const beginning = oneLine(text.trimStart(), BEGINNING_CHARS_MAX);
  return beginning === '' ? beginningIs.empty : beginningIs.text(beginning);
}

/** Reads the members of the JSON value at the beginning of a text, until it ends, breaks off or stops being JSON. */
class FirstValue {
  readonly members = new Map<string, unknown>();
  /** The member or `*` of the current value in each open container. */
  readonly #path: string[] = [];

  constructor(text: string) {
    const parse = jsonParser({ packValues: true, streamValues: false });
    for (const [piece] of text.matchAll(PIECES)) {
      try {
        const tokens = parse(piece);
        if (typeof tokens !== 'symbol' && !tokens.values.every((token) => this.#take(token))) return;
      } catch {
        return;
      }
    }
  }

  /** Whether the value continues. */
  #take(token: Token): boolean {
    switch (token.name) {
      case 'startObject':
        this.#note({});
        this.#path.push('');
        break;
      case 'startArray':
        this.#note([]);
        this.#path.push('*');
        break;
      case 'keyValue':
        this.#path[this.#path.length - 1] = token.value;
        break;
      case 'endObject':
      case 'endArray':
        this.#path.pop();
        break;
      default:
        this.#note('value' in token ? token.value : undefined);
    }
    return this.#path.length > 0;
  }

  /** The first value at a path counts. */
  #note(value: unknown): void {
    const path = this.#path.join('.');
    const isNew = this.#path.length > 0 && this.#path.length <= STEPS_MAX && !this.members.has(path);
    if (isNew) this.members.set(path, value);
  }
}
