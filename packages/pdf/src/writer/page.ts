import { textString } from '@evidence/verify/formats';
import { ContentStream } from './content-stream.js';
import type { ObjectWriter } from './object-writer.js';
import type { StructureElement, StructureTree } from './structure-tree.js';
import { number, type Ref, reference, references } from './syntax.js';
import type { Link } from './text-pieces.js';

/** A4 portrait, in points. */
export const PAGE = { width: 595.28, height: 841.89 } as const;

/** Print (ISO 32000-1, 12.5.3): PDF/A requires every annotation to print. */
const ANNOTATION_FLAGS = 4;

/** The page being written: its operators, its links, and the element of each marked piece. */
export class Page {
  readonly content = new ContentStream(PAGE.height);
  readonly height = PAGE.height;
  ref: Ref = 0;
  /** From 1. */
  number = 0;
  #key = 0;
  #elements: Ref[] = [];
  #annotations: Ref[] = [];

  constructor(
    private readonly objects: ObjectWriter,
    private readonly structure: StructureTree,
    private readonly resources: Ref,
    private readonly parent: () => Ref,
  ) {}

  begin(): void {
    this.ref = this.objects.reserve();
    this.number += 1;
    this.#key = this.structure.reserveKey();
    this.#elements = [];
    this.#annotations = [];
    this.content.clear();
  }

  end(extraAnnotations: readonly Ref[] = []): void {
    const [content, parents] = [this.objects.reserve(), this.objects.reserve()];
    this.objects.addStream(content, '', this.content.bytes);
    this.objects.add(parents, references(this.#elements));
    this.structure.setParent(this.#key, parents);
    const annotations = [...this.#annotations, ...extraAnnotations];
    // Every page names its resources itself: PDF/A-3 takes none from the page tree (ISO 19005-3, 6.2.2).
    this.objects.add(
      this.ref,
      `<</Type/Page/Parent ${reference(this.parent())}/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Resources ${reference(this.resources)}/Contents ${reference(content)}/StructParents ${this.#key}/Tabs/S${annotations.length === 0 ? '' : `/Annots${references(annotations)}`}>>`,
    );
  }

  /** Draws content of the element. */
  marked(element: StructureElement, draw: (content: ContentStream) => void): void {
    const mcid = this.#elements.push(element.ref) - 1;
    element.addContent(this.ref, mcid);
    this.content.add(`/${element.type}<</MCID ${mcid}>>BDC\n`);
    draw(this.content);
    this.content.add('EMC\n');
  }

  /** Draws decoration or repeated content: running heads, rules, a table's head on its second page. */
  artifact(kind: 'Pagination' | 'Layout', draw: (content: ContentStream) => void): void {
    this.content.add(`/Artifact<</Type/${kind}>>BDC\n`);
    draw(this.content);
    this.content.add('EMC\n');
  }

  /** Makes a box a link of the element; `top` is counted from the top of the page. */
  link(element: StructureElement, link: Link, x: number, top: number, width: number, height: number): void {
    const annotation = this.objects.reserve();
    const key = this.structure.reserveKey();
    this.structure.setParent(key, element.ref);
    element.addAnnotation(this.ref, annotation);
    const box = [x, PAGE.height - top - height, x + width, PAGE.height - top].map(number).join(' ');
    const action =
      'url' in link ? `/A<</S/URI/URI${textString(asciiUrl(link.url))}>>` : `/Dest${textString(link.destination)}`;
    this.objects.add(
      annotation,
      `<</Type/Annot/Subtype/Link/F ${ANNOTATION_FLAGS}/Border[0 0 0]/Rect[${box}]/StructParent ${key}/Contents${textString(link.says)}${action}>>`,
    );
    this.#annotations.push(annotation);
  }
}

/** A URI action must be 7-bit ASCII (ISO 32000-1, 12.6.4.7). */
const asciiUrl = (url: string): string =>
  url.toWellFormed().replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
