import { type Dictionary, type PdfModel, Reference, type Value } from './writer-pdf-model.js';

/** A literal string among operators. */
export const LITERAL = /\((?:\\.|[^\\)])*\)/gs;

export const pagesOf = (pdf: PdfModel, node: Value | undefined = pdf.catalog.get('/Pages')): Dictionary[] => {
  const dictionary = pdf.dictionary(node);
  return dictionary.get('/Type') === '/Page'
    ? [dictionary]
    : pdf.array(dictionary.get('/Kids')).flatMap((kid) => pagesOf(pdf, kid));
};

export interface Element {
  readonly ref: number;
  readonly element: Dictionary;
  readonly parent: number;
}

/** All elements, in reading order. */
export function elementsOf(pdf: PdfModel): Element[] {
  const root = pdf.catalog.get('/StructTreeRoot');
  if (!(root instanceof Reference)) return [];
  const found: Element[] = [];
  const visit = (kid: Value, parent: number) => {
    if (!(kid instanceof Reference)) return;
    const element = pdf.dictionary(kid);
    found.push({ ref: kid.ref, element, parent });
    for (const below of kidsOf(element)) visit(below, kid.ref);
  };
  for (const kid of kidsOf(pdf.dictionary(root))) visit(kid, root.ref);
  return found;
}

export const kidsOf = (element: Dictionary): Value[] => {
  const kids = element.get('/K');
  return kids === undefined ? [] : Array.isArray(kids) ? kids : [kids];
};
