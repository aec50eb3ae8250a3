import { DOCUMENT_CHARS_MAX } from '../../limits.js';
import { type Entry, entryOf } from '../json/entry.js';
import { isBlank, type SourceLine } from '../lines.js';

/**
 * The entries of a report or hitlog, one per line, or the single entry of a digest that was reformatted over many lines. Blank lines are
 * ignored. If the first line is not JSON, lines are held back, up to `DOCUMENT_CHARS_MAX`, until it is clear which of the two the file is.
 */
export async function* entriesOf(source: AsyncIterable<readonly SourceLine[]>): AsyncGenerator<readonly Entry[]> {
  let held: SourceLine[] | undefined = [];
  let heldBytes = 0;
  for await (const lines of source) {
    const entries: Entry[] = [];
    for (const line of lines) {
      if (isBlank(line.bytes)) continue;
      const entry = held === undefined || held.length === 0 ? entryOf(line) : undefined;
      if (entry && (held === undefined || 'value' in entry)) {
        held = undefined;
        entries.push(entry);
        continue;
      }
      held?.push(line);
      heldBytes += line.bytes.byteLength;
      if (held && heldBytes > DOCUMENT_CHARS_MAX) {
        for (const each of held) entries.push(entryOf(each));
        held = undefined;
      }
    }
    yield entries;
  }
  if (!held?.[0]) return;
  const whole = entryOf({ number: held[0].number, bytes: Buffer.concat(held.map(({ bytes }) => bytes)) });
  yield 'value' in whole ? [whole] : held.map(entryOf);
}
