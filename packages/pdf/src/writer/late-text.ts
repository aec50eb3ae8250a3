import { ContentStream } from './content-stream.js';
import { breakLines } from './lines.js';
import type { ObjectWriter } from './object-writer.js';
import { number, type Ref, reference } from './syntax.js';
import type { Shaper, TextStyle } from './text-pieces.js';

/** Room for a line below its baseline, in points. */
const DESCENT = 4;

/**
 * A short text that is placed before it is known, such as the number of pages: a form XObject (ISO 32000-1, 8.10)
 * that is written at the end. The text extends to the left or right of the place where the form is shown.
 */
export class LateText {
  text = '';

  constructor(
    readonly name: string,
    readonly ref: Ref,
    readonly style: TextStyle,
    readonly align: 'left' | 'right',
  ) {}

  write(objects: ObjectWriter, shaper: Shaper, resources: Ref): void {
    const run = { text: this.text, style: this.style };
    const [line] = breakLines(shaper, [run], Number.POSITIVE_INFINITY, 1);
    const { pieces = [], width = 0 } = line ?? {};
    const content = new ContentStream(0);
    let x = this.align === 'left' ? 0 : -width;
    const box = [x, -DESCENT, x + width, this.style.size].map(number).join(' ');
    for (const piece of pieces) {
      content.piece(piece, x, 0);
      x += piece.width;
    }
    objects.addStream(
      this.ref,
      `/Type/XObject/Subtype/Form/BBox[${box}]/Resources ${reference(resources)}`,
      content.bytes,
    );
  }
}
