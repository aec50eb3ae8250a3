import type { ObjectWriter } from './object-writer.js';
import { type Ref, reference, references } from './syntax.js';

/** Standard structure types (ISO 32000-1, 14.8.4) that a pack uses. */
export type StructureType =
  | 'Document'
  | 'Sect'
  | 'TOC'
  | 'TOCI'
  | 'H1'
  | 'H2'
  | 'P'
  | 'Span'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'THead'
  | 'TBody'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Link'
  | 'Figure'
  | 'Form';

/** Entries per leaf of the number tree; a reader loads a leaf at once. */
const PARENT_TREE_LEAF = 256;

/** An open element; its content is known when it is closed. */
export class StructureElement {
  readonly #kids: string[] = [];
  #page: Ref | undefined;

  constructor(
    readonly ref: Ref,
    readonly type: StructureType,
    readonly parent: Ref,
    readonly attributes: string,
  ) {}

  addElement(child: Ref): void {
    this.#kids.push(reference(child));
  }

  /** Marked content of a page. The element's own page is its first; content on other pages names its page. */
  addContent(page: Ref, mcid: number): void {
    this.#page ??= page;
    this.#kids.push(page === this.#page ? String(mcid) : `<</Type/MCR/Pg ${reference(page)}/MCID ${mcid}>>`);
  }

  addAnnotation(page: Ref, annotation: Ref): void {
    this.#kids.push(`<</Type/OBJR/Pg ${reference(page)}/Obj ${reference(annotation)}>>`);
  }

  get value(): string {
    const page = this.#page === undefined ? '' : `/Pg ${reference(this.#page)}`;
    const parts = `/S/${this.type}/P ${reference(this.parent)}${page}${this.attributes}`;
    return `<<${parts}/K[${this.#kids.join(' ')}]>>`;
  }
}

/** The tagged structure (ISO 32000-1, 14.7): elements are written as they close, so that only open ones are kept. */
export class StructureTree {
  readonly root: Ref;
  readonly document: StructureElement;
  /** By key: the element of an annotation, or the array of the elements of a page by MCID. */
  readonly #parents: Ref[] = [];

  constructor(private readonly objects: ObjectWriter) {
    this.root = objects.reserve();
    this.document = new StructureElement(objects.reserve(), 'Document', this.root, '');
  }

  open(type: StructureType, parent: StructureElement, attributes = ''): StructureElement {
    const element = new StructureElement(this.objects.reserve(), type, parent.ref, attributes);
    parent.addElement(element.ref);
    return element;
  }

  close(element: StructureElement): void {
    this.objects.add(element.ref, element.value);
  }

  /** A key of the parent tree, for /StructParents of a page or /StructParent of an annotation. */
  reserveKey(): number {
    return this.#parents.push(0) - 1;
  }

  setParent(key: number, ref: Ref): void {
    this.#parents[key] = ref;
  }

  finish(): void {
    this.close(this.document);
    const tree = this.objects.reserve();
    const leaves: Ref[] = [];
    for (let first = 0; first < this.#parents.length; first += PARENT_TREE_LEAF) {
      const refs = this.#parents.slice(first, first + PARENT_TREE_LEAF);
      const leaf = this.objects.reserve();
      const entries = refs.map((ref, i) => `${first + i} ${reference(ref)}`).join(' ');
      this.objects.add(leaf, `<</Limits[${first} ${first + refs.length - 1}]/Nums[${entries}]>>`);
      leaves.push(leaf);
    }
    this.objects.add(tree, `<</Kids${references(leaves)}>>`);
    this.objects.add(
      this.root,
      `<</Type/StructTreeRoot/K ${reference(this.document.ref)}/ParentTree ${reference(tree)}/ParentTreeNextKey ${this.#parents.length}>>`,
    );
  }
}
