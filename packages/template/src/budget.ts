/**
 * Parts, runs and rows of an expanded template; a page break counts as much as a page costs. pdfmake 0.3.11 takes some 60 µs
 * and 4 KB of memory for each (2026-11).
 */
export const EXPANDED_PARTS_MAX = 200_000;
/** Characters of all texts together: some 5 µs and 300 B each. At both limits, a render takes some 30 s and 2 GB. */
export const EXPANDED_CHARS_MAX = 4_000_000;

/** The cost of a page: head, foot, and the objects of the page. */
const PAGE_PARTS = 20;

/** With this report the template is too large to typeset: narrow the report, or show less of each item. */
export class TemplateTooLarge extends Error {
  override readonly name = 'TemplateTooLarge';
  readonly code = 'template_too_large';
  constructor(
    /** The part of the template that exceeded the limit (JSON Pointer). */
    readonly pointer: string,
    readonly limit: number,
    unit: string,
  ) {
    super(
      `The template expands to more than ${limit} ${unit} at "${pointer}". Narrow the report's scope, or show less of each item.`,
    );
  }
}

/** The remaining budget of one expansion. */
export class Budget {
  #parts = EXPANDED_PARTS_MAX;
  #chars = EXPANDED_CHARS_MAX;

  part(pointer: string, breaksPage = false): void {
    this.#parts -= breaksPage ? PAGE_PARTS : 1;
    if (this.#parts < 0) throw new TemplateTooLarge(pointer, EXPANDED_PARTS_MAX, 'parts');
  }

  text(text: string, pointer: string): string {
    this.#chars -= text.length;
    if (this.#chars < 0) throw new TemplateTooLarge(pointer, EXPANDED_CHARS_MAX, 'characters');
    return text;
  }
}
