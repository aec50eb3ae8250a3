import { DOCUMENT_CHARS_MAX } from '../../limits.js';
import { type Entry, entryOf } from '../json/entry.js';
import { isBlank, type SourceLine } from '../lines.js';

/**
 * The entries of a report or hitlog, one per line, or the single entry of a digest that was reformatted over many lines. Blank lines are
 * ignored. If the first line is not JSON, lines are held back, up to `DOCUMENT_CHARS_MAX`, until it is clear which of the two the file is.
 */
export async function* entriesOf(lines: AsyncIterable<SourceLine>): AsyncGenerator<Entry> {
  let held: SourceLine[] | undefined = [];
  let heldBytes = 0;
  for await (const line of lines) {
    if (isBlank(line.bytes)) continue;
    if (held === undefined || (held.length === 0 && 'value' in entryOf(line))) {
      held = undefined;
      yield entryOf(line);
      continue;
    }
    held.push(line);
    heldBytes += line.bytes.byteLength;
    if (heldBytes > DOCUMENT_CHARS_MAX) {
      yield* held.map(entryOf);
      held = undefined;
    }
  }
  if (!held?.[0]) return;
  const whole = entryOf({ number: held[0].number, bytes: Buffer.concat(held.map(({ bytes }) => bytes)) });
  if ('value' in whole) yield whole;
  else yield* held.map(entryOf);
}
