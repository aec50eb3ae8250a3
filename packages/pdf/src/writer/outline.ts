import { textString } from '@evidence/verify/formats';
import type { ObjectWriter } from './object-writer.js';
import { PAGE } from './page.js';
import { number, type Ref, reference } from './syntax.js';

export interface Place {
  readonly page: Ref;
  /** Points from the top of the page. */
  readonly top: number;
}

interface Bookmark extends Place {
  readonly title: string;
  readonly ref: Ref;
  readonly children: Bookmark[];
}

/** Bookmarks (ISO 32000-1, 12.3.3) in two levels, chapters open. */
export class Outline {
  readonly ref: Ref;
  readonly #chapters: Bookmark[] = [];

  constructor(private readonly objects: ObjectWriter) {
    this.ref = objects.reserve();
  }

  add(level: 1 | 2, title: string, place: Place): void {
    const siblings = level === 1 ? this.#chapters : (this.#chapters.at(-1)?.children ?? this.#chapters);
    siblings.push({ ...place, title, ref: this.objects.reserve(), children: [] });
  }

  finish(): void {
    const all = this.#chapters.reduce((total, { children }) => total + 1 + children.length, 0);
    this.objects.add(this.ref, `<</Type/Outlines${ends(this.#chapters)}/Count ${all}>>`);
    this.#write(this.#chapters, this.ref);
  }

  #write(siblings: readonly Bookmark[], parent: Ref): void {
    siblings.forEach((bookmark, i) => {
      const previous = siblings[i - 1];
      const next = siblings[i + 1];
      const links = `${previous ? `/Prev ${reference(previous.ref)}` : ''}${next ? `/Next ${reference(next.ref)}` : ''}`;
      const { children } = bookmark;
      const below = children.length === 0 ? '' : `${ends(children)}/Count ${children.length}`;
      this.objects.add(
        bookmark.ref,
        `<</Title${textString(bookmark.title)}/Parent ${reference(parent)}${links}${below}/Dest${destination(bookmark)}>>`,
      );
      this.#write(children, bookmark.ref);
    });
  }
}

const ends = (bookmarks: readonly Bookmark[]): string => {
  const [first, last] = [bookmarks[0], bookmarks.at(-1)];
  return first && last ? `/First ${reference(first.ref)}/Last ${reference(last.ref)}` : '';
};

/** Shows the page from the place down, zoom unchanged (12.3.2.2). */
export const destination = ({ page, top }: Place): string =>
  `[${reference(page)}/XYZ 0 ${number(PAGE.height - top)} null]`;
