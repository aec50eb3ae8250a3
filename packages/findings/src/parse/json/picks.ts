// stream-json: maintained for a decade, no native code, emits long strings in pieces, and is twice as fast as @streamparser/json here
// (3.8.0 against 0.0.26, 300 MB/s, November 2026).
import { jsonParser, type Token } from 'stream-json/core/parser.js';
import { ImportRefusal } from '../../import-refusal.js';
import { DEPTH_MAX } from '../../limits.js';
import { documentIs, documentSays } from '../../sentences/files.js';
import { type Pick, Picker, type Picking } from './picker.js';

export type { Pick, Picking };

/** The document has bytes that are not UTF-8; they appear as U+FFFD in picked values. */
export interface NotUtf8 {
  readonly notUtf8: true;
}

/** The parser takes text in pieces of this size, so that an error can be located; larger pieces are not faster. In UTF-16 code units. */
const PIECE_CHARS = 256;

/**
 * Reads one JSON document in constant memory. Yields the picks of a chunk together. Throws `ImportRefusal` `malformed`, with the place, if it is not
 * valid JSON, ends too early (the failures may be in the missing part) or is nested more than `DEPTH_MAX` levels deep.
 */
export async function* picksOf(
  source: AsyncIterable<Uint8Array>,
  picking: Picking,
): AsyncGenerator<readonly (Pick | NotUtf8)[]> {
  const picker = new Picker(picking);
  const parse = jsonParser({ packValues: false });
  const decoder = new TextDecoder('utf-8');
  const strict = new StrictUtf8();
  let line = 1;
  let isBegin = true;
  for await (const chunk of source) {
    strict.check(chunk);
    const text = decoder.decode(chunk, { stream: true });
    if (isBegin && /^\s*[^\s[{]/.test(text)) throw new ImportRefusal('malformed', documentSays.notJson);
    isBegin &&= text.trim() === '';
    const picks: Pick[] = [];
    for (let start = 0; start < text.length; start += PIECE_CHARS) {
      const piece = text.slice(start, start + PIECE_CHARS);
      for (const token of tokensOf(parse, piece, picker, line)) {
        const pick = picker.take(token);
        if (pick) picks.push(pick);
        if (picker.depth > DEPTH_MAX) throw malformed(documentIs.tooDeep(DEPTH_MAX), picker, line);
      }
      line += lineFeedsIn(piece);
    }
    if (picks.length > 0) yield picks;
  }
  if (picker.depth > 0) throw malformed(documentIs.cutOff, picker, line);
  if (strict.broken) yield [{ notUtf8: true }];
}

function tokensOf(parse: ReturnType<typeof jsonParser>, text: string, picker: Picker, line: number): readonly Token[] {
  try {
    const tokens = parse(text);
    return typeof tokens === 'symbol' ? [] : tokens.values;
  } catch {
    throw malformed(documentIs.invalid, picker, line, line + lineFeedsIn(text));
  }
}

/** Lines count from 1. In a document on a single line, only the path locates the error. */
function malformed(what: string, picker: Picker, from: number, to = from): ImportRefusal {
  const path = picker.place;
  return new ImportRefusal('malformed', documentSays.malformed(what, from, to, path), { line: from, path });
}

function lineFeedsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Whether all bytes so far are UTF-8, which the lenient decoder does not report. */
class StrictUtf8 {
  broken = false;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  check(chunk: Uint8Array): void {
    if (this.broken) return;
    try {
      this.#decoder.decode(chunk, { stream: true });
    } catch {
      this.broken = true;
    }
  }
}
