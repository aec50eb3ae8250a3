import {
  type ContentSigner,
  dateString,
  permissions,
  SIGNATURE_FIELD_FLAGS,
  SIGNATURE_FORM_FLAGS,
  textString,
} from '@evidence/verify/formats';
import type { DocumentProperties } from '../document-properties.js';
import { srgbProfile } from './colour-profile.js';
import { FontSet } from './font-set.js';
import { LateText } from './late-text.js';
import { infoDictionary, xmpPacket } from './metadata.js';
import { ObjectWriter } from './object-writer.js';
import { destination, Outline, type Place } from './outline.js';
import { Page } from './page.js';
import type { SignatureText } from './signature.js';
import { StructureTree } from './structure-tree.js';
import { type Ref, reference, references } from './syntax.js';
import { Shaper, type TextStyle } from './text-pieces.js';

/** Kids of one node of the page tree. */
const PAGES_PER_NODE = 256;

/** A file inside the PDF (ISO 32000-1, 7.11.4) that the document was made from (ISO 19005-3, Annex E). */
export interface AssociatedFile {
  /** ASCII, without a path. */
  readonly name: string;
  readonly description: string;
  readonly mediaType: string;
  readonly modifiedAt: Date;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface DocumentOptions {
  /** BCP 47. */
  readonly language: string;
  /** Draws running heads and feet on a complete page. */
  readonly furnish: (page: Page) => void;
}

/** The signer of the document, and what PDF readers show about the signature. */
export interface DocumentSigning extends SignatureText {
  readonly signer: ContentSigner;
}

/**
 * A tagged PDF 1.7 that claims PDF/A-3a and PDF/UA-1, written page by page; finished bytes are taken through
 * `objects.take`. It uses no clock, randomness or locale: the same calls give the same bytes.
 */
export class PdfDocument {
  readonly objects = new ObjectWriter();
  readonly fonts = new FontSet(this.objects);
  readonly shaper = new Shaper(this.fonts);
  readonly structure = new StructureTree(this.objects);
  readonly page: Page;
  readonly #options: DocumentOptions;
  readonly #outline = new Outline(this.objects);
  readonly #resources = this.objects.reserve();
  readonly #pageNodes: { readonly ref: Ref; readonly kids: Ref[] }[] = [];
  readonly #pageRoot = this.objects.reserve();
  readonly #lateTexts: LateText[] = [];
  readonly #destinations = new Map<string, Place>();
  readonly #files: { readonly name: string; readonly specification: Ref }[] = [];
  #pages = 0;
  readonly #field: { readonly ref: Ref; readonly key: number; readonly page: Ref } | undefined;

  constructor(options: DocumentOptions, isSigned: boolean) {
    this.#options = options;
    this.page = new Page(this.objects, this.structure, this.#resources, () => this.#nodeOfNextPage());
    this.page.begin();
    this.#field = isSigned ? this.#signatureField() : undefined;
  }

  nextPage(): void {
    this.#endPage();
    this.page.begin();
  }

  bookmark(level: 1 | 2, title: string, top: number): void {
    this.#outline.add(level, title, { page: this.page.ref, top });
  }

  /** Names a place; links may refer to it earlier. */
  destination(name: string, top: number): void {
    this.#destinations.set(name, { page: this.page.ref, top });
  }

  /** A text whose value can be set at any time before `finish`. */
  lateText(style: TextStyle, align: 'left' | 'right'): LateText {
    const late = new LateText(`X${this.#lateTexts.length + 1}`, this.objects.reserve(), style, align);
    this.#lateTexts.push(late);
    return late;
  }

  /** Embeds a file; yields whenever bytes may be taken. */
  async *attach(file: AssociatedFile): AsyncGenerator<void> {
    const [stream, size, specification] = [this.objects.reserve(), this.objects.reserve(), this.objects.reserve()];
    const subtype = file.mediaType.replace('/', '#2F');
    const parameters = `/Params<</Size ${reference(size)}/ModDate${dateString(file.modifiedAt)}/CreationDate${dateString(file.modifiedAt)}>>`;
    const entries = `/Type/EmbeddedFile/Subtype/${subtype}${parameters}`;
    const bytes = yield* this.objects.addStreamOf(stream, entries, file.bytes);
    this.objects.add(size, String(bytes));
    const name = textString(file.name);
    this.objects.add(
      specification,
      `<</Type/Filespec/F${name}/UF${name}/Desc${textString(file.description)}/AFRelationship/Source/EF<</F ${reference(stream)}/UF ${reference(stream)}>>>>`,
    );
    this.#files.push({ name: file.name, specification });
  }

  /** The number of pages so far, including the open one. */
  get pages(): number {
    return this.page.number;
  }

  /** Writes everything that was held back. With `signing`, the file is signed as a whole. */
  async finish(properties: DocumentProperties, signing?: DocumentSigning): Promise<void> {
    this.#endPage();
    this.structure.finish();
    this.#outline.finish();
    this.#writePageTree();
    for (const late of this.#lateTexts) late.write(this.objects, this.shaper, this.#resources);
    const forms = this.#lateTexts.map(({ name, ref }) => `/${name} ${reference(ref)}`).join('');
    this.objects.add(this.#resources, `<</Font<<${this.fonts.resources()}>>/XObject<<${forms}>>>>`);
    this.fonts.embed();
    const [root, info] = [this.objects.reserve(), this.objects.reserve()];
    const signature = signing && this.#field && { ...signing, ref: this.objects.reserve() };
    const form = signature ? this.#writeForm(signature.ref) : '';
    this.objects.addPlain(root, this.#catalog(properties, form));
    this.objects.addPlain(info, infoDictionary(properties));
    await this.objects.finish({ root, info }, signature);
  }

  #endPage(): void {
    this.#options.furnish(this.page);
    const isFirst = this.#pages === 0;
    this.#pages += 1;
    this.page.end(isFirst && this.#field ? [this.#field.ref] : []);
  }

  #nodeOfNextPage(): Ref {
    let node = this.#pageNodes.at(-1);
    if (node === undefined || node.kids.length === PAGES_PER_NODE) {
      node = { ref: this.objects.reserve(), kids: [] };
      this.#pageNodes.push(node);
    }
    node.kids.push(this.page.ref);
    return node.ref;
  }

  #writePageTree(): void {
    for (const { ref, kids } of this.#pageNodes) {
      const node = `/Type/Pages/Parent ${reference(this.#pageRoot)}/Count ${kids.length}/Kids${references(kids)}`;
      this.objects.add(ref, `<<${node}>>`);
    }
    const nodes = references(this.#pageNodes.map(({ ref }) => ref));
    this.objects.add(this.#pageRoot, `<</Type/Pages/Count ${this.#pages}/Kids${nodes}>>`);
  }

  #signatureField() {
    const ref = this.objects.reserve();
    const key = this.structure.reserveKey();
    const element = this.structure.open('Form', this.structure.document, '/Alt(Digital signature)');
    element.addAnnotation(this.page.ref, ref);
    this.structure.close(element);
    this.structure.setParent(key, element.ref);
    return { ref, key, page: this.page.ref };
  }

  /** An invisible field on the first page: with an empty /Rect it needs no appearance (ISO 19005-3, 6.3.3). */
  #writeForm(signature: Ref): string {
    const field = this.#field;
    if (field === undefined) return '';
    this.objects.addPlain(
      field.ref,
      `<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/TU(Digital signature)/F ${SIGNATURE_FIELD_FLAGS}/Rect[0 0 0 0]/P ${reference(field.page)}/StructParent ${field.key}/V ${reference(signature)}>>`,
    );
    return `/AcroForm<</SigFlags ${SIGNATURE_FORM_FLAGS}/Fields[${reference(field.ref)}]>>/Perms${permissions(signature)}`;
  }

  #catalog(properties: DocumentProperties, form: string): string {
    const { language } = this.#options;
    const [profile, metadata] = [this.objects.reserve(), this.objects.reserve()];
    this.objects.addStream(profile, '/N 3', srgbProfile());
    this.objects.addUncompressedStream(metadata, '/Type/Metadata/Subtype/XML', Buffer.from(xmpPacket(properties)));
    const intent = `/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile ${reference(profile)}>>]`;
    const tagged = `/MarkInfo<</Marked true>>/StructTreeRoot ${reference(this.structure.root)}/Lang${textString(language)}`;
    const view = `/ViewerPreferences<</DisplayDocTitle true>>/PageMode/UseOutlines/Outlines ${reference(this.#outline.ref)}`;
    return `<</Type/Catalog/Version/1.7/Pages ${reference(this.#pageRoot)}/Metadata ${reference(metadata)}${tagged}${view}${intent}${this.#names()}${form}>>`;
  }

  #names(): string {
    const places = [...this.#destinations]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, place]) => `${textString(name)}${destination(place)}`);
    const files = this.#files.map(({ name, specification }) => `${textString(name)}${reference(specification)}`);
    const embedded = files.length === 0 ? '' : `/EmbeddedFiles<</Names[${files.join('')}]>>`;
    const associated = this.#files.map(({ specification }) => specification);
    return `/Names<</Dests<</Names[${places.join('')}]>>${embedded}>>${files.length === 0 ? '' : `/AF${references(associated)}`}`;
  }
}
