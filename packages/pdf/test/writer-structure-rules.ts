import { type Dictionary, type PdfModel, PdfString } from './writer-pdf-model.js';
import { elementsOf, kidsOf } from './writer-tree.js';

/** The requirements of ISO 14289-1, 7.2 to 7.9 and ISO 32000-1, 14.8.4 on the elements. */
export const STRUCTURE_RULES: Readonly<Record<string, (pdf: PdfModel) => string[]>> = {
  'headings skip no level': (pdf) => {
    const levels = elementsOf(pdf)
      .flatMap(({ element }) => /^\/H(\d)$/.exec(String(element.get('/S')))?.[1] ?? [])
      .map(Number);
    return levels.flatMap((level, i) =>
      level > (levels[i - 1] ?? 0) + 1 ? [`H${level} comes after H${levels[i - 1] ?? 0}`] : [],
    );
  },
  'tables are regular and their heads have a scope': (pdf) => tables(pdf),
  'figures have an alternative text': (pdf) =>
    elementsOf(pdf).flatMap(({ element }) =>
      element.get('/S') !== '/Figure'
        ? []
        : [
            ...(element.get('/Alt') instanceof PdfString && (element.get('/Alt') as PdfString).text !== ''
              ? []
              : ['a Figure has no /Alt']),
            ...(pdf.array(pdf.dictionary(element.get('/A')).get('/BBox')).length === 4
              ? []
              : ['a Figure has no /BBox']),
          ],
    ),
  'elements have standard types in permitted places': (pdf) => misplaced(pdf),
  'notes have ids': (pdf) => {
    const ids = elementsOf(pdf)
      .filter(({ element }) => element.get('/S') === '/Note')
      .map(({ element }) => (element.get('/ID') instanceof PdfString ? (element.get('/ID') as PdfString).text : ''));
    return new Set(ids).size === ids.length && !ids.includes('') ? [] : ['a Note has no /ID of its own'];
  },
};

/** The permitted parents of each type; any other standard type may be anywhere. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  '/TR': ['/Table', '/THead', '/TBody', '/TFoot'],
  '/TH': ['/TR'],
  '/TD': ['/TR'],
  '/THead': ['/Table'],
  '/TBody': ['/Table'],
  '/LI': ['/L'],
  '/Lbl': ['/LI', '/TOCI', '/Note'],
  '/LBody': ['/LI'],
  '/TOCI': ['/TOC'],
};

/** The permitted children of types that are restricted. */
const KIDS: Readonly<Record<string, readonly string[]>> = {
  '/Table': ['/TR', '/THead', '/TBody', '/TFoot', '/Caption'],
  '/THead': ['/TR'],
  '/TBody': ['/TR'],
  '/TR': ['/TH', '/TD'],
  '/L': ['/LI', '/Caption', '/L'],
  '/LI': ['/Lbl', '/LBody'],
  '/TOC': ['/TOCI', '/TOC', '/Caption'],
};

const STANDARD =
  /^\/(?:Document|Part|Art|Sect|Div|BlockQuote|Caption|TOC|TOCI|Index|NonStruct|P|H|H[1-6]|L|LI|Lbl|LBody|Table|TR|TH|TD|THead|TBody|TFoot|Span|Quote|Note|Reference|Code|Link|Annot|Figure|Formula|Form)$/;

function misplaced(pdf: PdfModel): string[] {
  const types = new Map(elementsOf(pdf).map(({ ref, element }) => [ref, String(element.get('/S'))]));
  return elementsOf(pdf).flatMap(({ element, parent }) => {
    const type = String(element.get('/S'));
    const above = types.get(parent) ?? 'the root';
    const isWrong = PARENTS[type]?.includes(above) === false || KIDS[above]?.includes(type) === false;
    return [
      ...(STANDARD.test(type) ? [] : [`${type} is not a standard type`]),
      ...(isWrong ? [`a ${type} is in ${above}`] : []),
    ];
  });
}

function tables(pdf: PdfModel): string[] {
  const childrenOf = (element: Dictionary) => kidsOf(element).map((kid) => pdf.dictionary(kid));
  const typeOf = (element: Dictionary) => element.get('/S');
  return elementsOf(pdf).flatMap(({ element }) => {
    if (typeOf(element) === '/TH') return pdf.dictionary(element.get('/A')).has('/Scope') ? [] : ['a TH has no /Scope'];
    if (typeOf(element) !== '/Table') return [];
    const rows = childrenOf(element).flatMap((child) => (typeOf(child) === '/TR' ? [child] : childrenOf(child)));
    const widths = new Set(
      rows.map((row) => childrenOf(row).filter((cell) => ['/TH', '/TD'].includes(String(typeOf(cell)))).length),
    );
    return widths.size === 1 && !widths.has(0) ? [] : ['a table has rows of different lengths'];
  });
}
