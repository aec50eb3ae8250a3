import type { Token } from 'stream-json/core/parser.js';
import { KEY_CHARS_MAX, PICK_CHARS_MAX, PICK_VALUES_MAX, STRING_CHARS_MAX } from '../../limits.js';
import { oneLine } from '../text.js';

/** What to take from a JSON document. The rest is skipped. */
export interface Picking {
  /**
   * Members joined by dots, `*` for any item of an array, `{}` for any member of an object: `runs.*.results.*`. At the end of a pattern,
   * `{}` is any member that no other pattern leads into. An empty pattern is the whole document. No pattern may point into a value that
   * another one picks.
   */
  readonly patterns: readonly string[];
  /** Members that are left out of picked values, at any depth. */
  readonly ignored: ReadonlySet<string>;
}

/** A value that a pattern picked, in the order of the document. */
export interface Pick {
  readonly pattern: string;
  /** Its place: members and 0-based indexes. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** It exceeded the `PICK_*` limits; the rest is missing from `value`. */
  readonly cut: boolean;
}

type Container = unknown[] | Record<string, unknown>;

/** `JSON.stringify` never writes a longer number. */
const NUMBER_CHARS_MAX = 32;

/** A member's name in a sentence. */
const STEP_CHARS_MAX = 40;

/** Builds only the picked values from the tokens of a document, within limits. */
export class Picker {
  readonly #patterns: readonly (readonly [pattern: string, steps: readonly string[]])[];
  readonly #ignored: ReadonlySet<string>;
  /** The member or index of the current value in each open container. */
  readonly #path: (string | number)[] = [];
  /** The open containers of the current pick; undefined for those that are not kept. Empty: between picks. */
  readonly #open: (Container | undefined)[] = [];
  #pattern: string | undefined;
  #text = '';
  #textRoom = 0;
  #charsLeft = 0;
  #valuesLeft = 0;
  #cut = false;

  constructor({ patterns, ignored }: Picking) {
    this.#patterns = patterns.map((pattern) => [pattern, pattern === '' ? [] : pattern.split('.')]);
    this.#ignored = ignored;
  }

  get depth(): number {
    return this.#path.length;
  }

  /** The current place in JSONPath notation (RFC 9535 §2.7, with unquoted member names): `runs[0].results[12].message`. */
  get place(): string {
    return this.#path
      .map((step) => (typeof step === 'number' ? `[${Math.max(step, 0)}]` : `.${oneLine(step, STEP_CHARS_MAX)}`))
      .join('')
      .replace(/^\./, '')
      .replace(/\.$/, '');
  }

  /** The value that this token completes, if it is picked. */
  take(token: Token): Pick | undefined {
    switch (token.name) {
      case 'startObject':
        this.#begin();
        this.#enter({}, '');
        return;
      case 'startArray':
        this.#begin();
        this.#enter([], -1);
        return;
      case 'endObject':
      case 'endArray':
        return this.#leave();
      case 'startKey':
        this.#expectText(KEY_CHARS_MAX + 1);
        return;
      case 'endKey':
        this.#path[this.#path.length - 1] = this.#text;
        return;
      case 'startString':
        this.#begin();
        this.#expectText(this.#isKept() ? Math.min(STRING_CHARS_MAX, this.#charsLeft) : 0);
        return;
      case 'startNumber':
        this.#begin();
        this.#expectText(NUMBER_CHARS_MAX);
        return;
      case 'stringChunk':
      case 'numberChunk':
        this.#addText(token.value);
        return;
      case 'endString':
        this.#charsLeft -= this.#text.length;
        this.#cut ||= this.#charsLeft <= 0 && this.#isKept();
        return this.#scalar(this.#text);
      case 'endNumber':
        return this.#scalar(Number(this.#text));
      case 'nullValue':
      case 'trueValue':
      case 'falseValue':
        this.#begin();
        return this.#scalar(token.value);
    }
    return;
  }

  /** Called before every value: updates the place, and starts a pick if a pattern matches. */
  #begin(): void {
    const place = this.#path.at(-1);
    if (typeof place === 'number') this.#path[this.#path.length - 1] = place + 1;
    if (this.#open.length > 0) return;
    this.#pattern = this.#patterns.find(([, steps]) => this.#isAt(steps))?.[0];
    this.#charsLeft = PICK_CHARS_MAX;
    this.#valuesLeft = PICK_VALUES_MAX;
    this.#cut = false;
  }

  #isAt(steps: readonly string[]): boolean {
    if (steps.length !== this.#path.length) return false;
    if (!steps.every((step, index) => fits(step, this.#path[index]))) return false;
    return steps.at(-1) !== '{}' || !this.#patterns.some(([, longer]) => this.#leadsInto(longer));
  }

  #leadsInto(steps: readonly string[]): boolean {
    return steps.length > this.#path.length && this.#path.every((place, index) => fits(steps[index] ?? '', place));
  }

  /** Whether the current value belongs to a pick and is not ignored. */
  #isKept(): boolean {
    if (this.#open.length === 0) return this.#pattern !== undefined;
    const parent = this.#open.at(-1);
    if (parent === undefined || this.#valuesLeft <= 0) return false;
    const place = this.#path.at(-1) ?? '';
    return typeof place === 'number' || !(place === '__proto__' || this.#ignored.has(place));
  }

  #enter(container: Container, place: string | number): void {
    const kept = this.#isKept();
    if (kept) this.#attach(container);
    if (kept || this.#open.length > 0) this.#open.push(kept ? container : undefined);
    this.#path.push(place);
  }

  #leave(): Pick | undefined {
    this.#path.pop();
    const container = this.#open.pop();
    return this.#open.length === 0 && container !== undefined ? this.#done(container) : undefined;
  }

  #scalar(value: unknown): Pick | undefined {
    if (!this.#isKept()) return;
    if (this.#open.length === 0) return this.#done(value);
    this.#attach(value);
    return;
  }

  #attach(value: unknown): void {
    if (--this.#valuesLeft <= 0) this.#cut = true;
    const parent = this.#open.at(-1);
    const place = this.#path.at(-1) ?? '';
    if (Array.isArray(parent)) parent.push(value);
    else if (parent && typeof place === 'string') {
      if (place.length > KEY_CHARS_MAX) this.#cut = true;
      else parent[place] = value;
    }
  }

  #done(value: unknown): Pick | undefined {
    const pattern = this.#pattern;
    return pattern === undefined ? undefined : { pattern, path: [...this.#path], value, cut: this.#cut };
  }

  #expectText(charsMax: number): void {
    this.#text = '';
    this.#textRoom = charsMax;
  }

  #addText(piece: string): void {
    if (this.#textRoom <= 0) return;
    this.#text += piece.length <= this.#textRoom ? piece : piece.slice(0, this.#textRoom);
    this.#textRoom -= piece.length;
  }
}

function fits(step: string, place: string | number | undefined): boolean {
  if (step === '*') return typeof place === 'number';
  return step === place || (step === '{}' && typeof place === 'string');
}
