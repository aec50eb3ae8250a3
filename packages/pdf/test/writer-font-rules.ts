import { type Dictionary, type PdfModel, PdfString } from './writer-pdf-model.js';
import { pagesOf } from './writer-tree.js';

/** The requirements of ISO 19005-3, 6.2.11 on fonts. */
export const FONT_RULES: Readonly<Record<string, (pdf: PdfModel) => string[]>> = {
  'fonts are embedded and their text can be extracted': (pdf) => fonts(pdf),
  'fonts are composed by glyph, under one name': (pdf) =>
    fontsOf(pdf).flatMap(({ name, font, descendant, descriptor }) => {
      const base = font.get('/BaseFont');
      const names = [descendant.get('/BaseFont'), descriptor.get('/FontName')];
      const system = pdf.dictionary(descendant.get('/CIDSystemInfo'));
      return [
        ...(names.every((one) => one === base) ? [] : [`${name} has several names`]),
        ...(/^\/[A-Z]{6}\+/.test(String(base)) ? [] : [`${name} has no tag of a subset`]),
        ...(font.get('/Encoding') === '/Identity-H' ? [] : [`${name} is not Identity-H`]),
        ...(glyphsByNumber(pdf, descendant) ? [] : [`${name} has no CIDToGIDMap`]),
        ...(text(system, '/Ordering') === 'Identity' ? [] : [`${name} has another character collection`]),
        ...(descriptor.has('/CIDSet') ? [`${name} has a CIDSet, which need not be and must be complete`] : []),
      ];
    }),
  'fonts are as wide as they say': (pdf) =>
    fontsOf(pdf).flatMap(({ name, descendant, descriptor }) => {
      const said = pdf.array(pdf.array(descendant.get('/W'))[1]).map(Number);
      const real = advances(Buffer.from(pdf.stream(descriptor.get('/FontFile2')), 'latin1'));
      const glyphs = glyphsByNumber(pdf, descendant);
      return said.flatMap((width, number) =>
        Math.abs(width - (real[glyphs?.(number) ?? -1] ?? Number.NaN)) <= 1
          ? []
          : [`${name} says ${width} of number ${number}`],
      );
    }),
  'glyphs map to valid characters': (pdf) =>
    fontsOf(pdf).flatMap(({ name, font }) =>
      [...pdf.stream(font.get('/ToUnicode')).matchAll(/^<[0-9A-F]{4}><([0-9A-F]*)>$/gm)]
        .filter(([, hex = '']) => hex === '' || /^(?:....)*(?:0000|FEFF|FFFE)/.test(hex))
        .map(([line]) => `${name} maps ${line}`),
    ),
  'no empty box is shown': (pdf) =>
    contents(pdf).flatMap((content) =>
      glyphsIn(content).some(({ glyph }) => glyph === '0000') ? ['the glyph .notdef is shown'] : [],
    ),
};

const text = (dictionary: Dictionary, key: string): string => {
  const value = dictionary.get(key);
  return value instanceof PdfString ? value.text : '';
};

/** The glyph of the program for a code of a string (ISO 32000-1, 9.7.4.2); undefined if there is none. */
function glyphsByNumber(pdf: PdfModel, descendant: Dictionary): ((number: number) => number) | undefined {
  const map = descendant.get('/CIDToGIDMap');
  if (map === '/Identity') return (number) => number;
  const bytes = map === undefined ? '' : pdf.stream(map);
  if (bytes === '' || bytes.length % 2 !== 0) return undefined;
  return (number) => bytes.charCodeAt(number * 2) * 256 + bytes.charCodeAt(number * 2 + 1);
}

/** The fonts of all pages: every page has the same resources. */
function fontsOf(pdf: PdfModel) {
  const [page] = pagesOf(pdf);
  const named = pdf.dictionary(pdf.dictionary(page?.get('/Resources')).get('/Font'));
  return [...named].map(([name, value]) => {
    const font = pdf.dictionary(value);
    const descendant = pdf.dictionary(pdf.array(font.get('/DescendantFonts'))[0]);
    return { name, font, descendant, descriptor: pdf.dictionary(descendant.get('/FontDescriptor')) };
  });
}

/** The width of each glyph, in thousandths of the font size (OpenType: head, hhea, hmtx). */
function advances(program: Buffer): number[] {
  const tables = new Map<string, number>();
  for (let i = 0; i < (program.length < 12 ? 0 : program.readUInt16BE(4)); i++) {
    tables.set(program.toString('latin1', 12 + i * 16, 16 + i * 16), program.readUInt32BE(20 + i * 16));
  }
  const [head, hhea, hmtx, maxp] = ['head', 'hhea', 'hmtx', 'maxp'].map((name) => tables.get(name));
  if (head === undefined || hhea === undefined || hmtx === undefined || maxp === undefined) return [];
  const [unitsPerEm, measured] = [program.readUInt16BE(head + 18), program.readUInt16BE(hhea + 34)];
  return Array.from({ length: program.readUInt16BE(maxp + 4) }, (_, glyph) => {
    const units = program.readUInt16BE(hmtx + Math.min(glyph, measured - 1) * 4);
    return (units * 1000) / unitsPerEm;
  });
}

export const contents = (pdf: PdfModel): string[] => [
  ...pagesOf(pdf).map((page) => pdf.stream(page.get('/Contents'))),
  ...[...pdf.objects.values()]
    .filter(({ value }) => value instanceof Map && value.get('/Subtype') === '/Form')
    .map(({ stream = '' }) => stream),
];

/** The glyphs shown, in hex, with the font that was set; font and colour persist after a text object. */
function glyphsIn(content: string): { font: string; glyph: string }[] {
  let font = '';
  const found: { font: string; glyph: string }[] = [];
  for (const [, name, literal = ''] of content.matchAll(SHOWN)) {
    if (name) font = name;
    const bytes = literal.replace(/\\(.)/gs, (_, byte) => ({ r: '\r', n: '\n' })[byte as string] ?? byte);
    for (const glyph of bytes.match(/../gs) ?? [])
      found.push({ font, glyph: Buffer.from(glyph, 'latin1').toString('hex').toUpperCase() });
  }
  return found;
}

const SHOWN = /(\/F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)/gs;

function fonts(pdf: PdfModel): string[] {
  const [page] = pagesOf(pdf);
  const named = pdf.dictionary(pdf.dictionary(page?.get('/Resources')).get('/Font'));
  const used = Map.groupBy(contents(pdf).flatMap(glyphsIn), ({ font }) => font);
  return [...used].flatMap(([name, glyphs]) => {
    const font = pdf.dictionary(named.get(name));
    const [descendant] = pdf.array(font.get('/DescendantFonts'));
    const descriptor = pdf.dictionary(pdf.dictionary(descendant).get('/FontDescriptor'));
    const widths = pdf.array(pdf.array(pdf.dictionary(descendant).get('/W'))[1]);
    const unicode = pdf.stream(font.get('/ToUnicode'));
    const unmapped = new Set(glyphs.map(({ glyph }) => glyph).filter((glyph) => !unicode.includes(`<${glyph}><`)));
    const unmeasured = glyphs.some(({ glyph }) => widths[Number.parseInt(glyph, 16)] === undefined);
    return [
      ...(pdf.stream(descriptor.get('/FontFile2')) === '' ? [`${name} is not embedded`] : []),
      ...(unmeasured ? [`${name} has a glyph without a width`] : []),
      ...[...unmapped].map((glyph) => `${name} does not say which text the glyph ${glyph} is`),
    ];
  });
}
