import { type Dictionary, type PdfModel, PdfString, Reference, type Value } from './writer-pdf-model.js';

/** What PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) ask and a machine can see. Each answers its breaches. */
export const RULES: Readonly<Record<string, (pdf: PdfModel) => string[]>> = {
  'the file has an id': ({ trailer }) => {
    const id = trailer.get('/ID');
    const isId =
      Array.isArray(id) && id.length === 2 && id.every((one) => one instanceof PdfString && one.text.length === 16);
    return isId ? [] : ['the trailer has no /ID of two strings of 16 bytes'];
  },
  'metadata is well-formed and claims PDF/A-3a and PDF/UA-1': (pdf) => {
    const xmp = Buffer.from(pdf.stream(pdf.catalog.get('/Metadata')), 'latin1').toString('utf8');
    const claims = [
      '<pdfaid:part>3</',
      '<pdfaid:conformance>A</',
      '<pdfuaid:part>1</',
      'pdfaExtension:schemas',
      'http://www.aiim.org/pdfua/ns/id/',
    ];
    return [...malformed(xmp), ...claims.filter((claim) => !xmp.includes(claim)).map((claim) => `XMP lacks ${claim}`)];
  },
  'metadata says what the document says of itself': (pdf) => {
    const xmp = Buffer.from(pdf.stream(pdf.catalog.get('/Metadata')), 'latin1').toString('utf8');
    const info = pdf.dictionary(pdf.trailer.get('/Info'));
    return ['/Title', '/Author', '/Producer']
      .filter((key) => !xmp.includes(`>${escaped(textOf(info.get(key)))}<`))
      .map((key) => `XMP and Info differ in ${key}`);
  },
  'colours have an output intent with a profile of three channels': (pdf) =>
    pdf.array(pdf.catalog.get('/OutputIntents')).some((intent) => {
      const profile = pdf.dictionary(intent).get('/DestOutputProfile');
      const icc = pdf.stream(profile);
      const isRgb =
        pdf.dictionary(profile).get('/N') === 3 && icc.slice(16, 20) === 'RGB ' && icc.slice(36, 40) === 'acsp';
      return pdf.dictionary(intent).get('/S') === '/GTS_PDFA1' && isRgb;
    })
      ? []
      : ['there is no GTS_PDFA1 output intent'],
  'the language is named': ({ catalog }) => (textOf(catalog.get('/Lang')) === '' ? ['the catalog has no /Lang'] : []),
  'the file says that it is tagged': (pdf) =>
    pdf.dictionary(pdf.catalog.get('/MarkInfo')).get('/Marked') === true ? [] : ['/MarkInfo /Marked is not true'],
  'readers show the title': (pdf) =>
    pdf.dictionary(pdf.catalog.get('/ViewerPreferences')).get('/DisplayDocTitle') === true
      ? []
      : ['/DisplayDocTitle is not true'],
  'every page names its resources': (pdf) =>
    pagesOf(pdf).flatMap((page, i) => (page.has('/Resources') ? [] : [`page ${i + 1} has no /Resources`])),
  'every page is tabbed by structure': (pdf) =>
    pagesOf(pdf).flatMap((page, i) => (page.get('/Tabs') === '/S' ? [] : [`page ${i + 1} has no /Tabs /S`])),
  'everything drawn is tagged or an artifact': (pdf) =>
    pagesOf(pdf).flatMap((page, i) =>
      untagged(pdf.stream(page.get('/Contents'))).map((what) => `page ${i + 1} draws ${what} untagged`),
    ),
  'every tagged piece has an element, which holds it': (pdf) => orphans(pdf),
  'the structure is a tree of elements': (pdf) => {
    const all = elementsOf(pdf);
    const wrong = all.filter(
      ({ element, parent }) =>
        !(element.get('/P') instanceof Reference && (element.get('/P') as Reference).ref === parent),
    );
    return all.length > 1
      ? wrong.map(({ element }) => `/P of a ${element.get('/S')} is not its parent`)
      : ['the structure tree is empty'];
  },
  'headings skip no level': (pdf) => {
    const levels = elementsOf(pdf)
      .flatMap(({ element }) => /^\/H(\d)$/.exec(String(element.get('/S')))?.[1] ?? [])
      .map(Number);
    return levels.flatMap((level, i) =>
      level > (levels[i - 1] ?? 0) + 1 ? [`H${level} comes after H${levels[i - 1] ?? 0}`] : [],
    );
  },
  'tables are regular and their heads have a scope': (pdf) => tables(pdf),
  'figures have words that stand for them': (pdf) =>
    elementsOf(pdf).flatMap(({ element }) =>
      element.get('/S') === '/Figure' && textOf(element.get('/Alt')) === '' ? ['a Figure has no /Alt'] : [],
    ),
  'links are in the structure, describe themselves and print': (pdf) => links(pdf),
  'attachments are associated and described': (pdf) => attachments(pdf),
  'fonts are embedded and give their text back': (pdf) => fonts(pdf),
  'no empty box is shown': (pdf) =>
    contents(pdf).flatMap((content) =>
      glyphsIn(content).some(({ glyph }) => glyph === '0000') ? ['the glyph .notdef is shown'] : [],
    ),
};

export const breachesOf = (pdf: PdfModel): string[] =>
  Object.entries(RULES).flatMap(([rule, breaches]) => breaches(pdf).map((breach) => `${rule}: ${breach}`));

export const pagesOf = (pdf: PdfModel, node: Value | undefined = pdf.catalog.get('/Pages')): Dictionary[] => {
  const dictionary = pdf.dictionary(node);
  return dictionary.get('/Type') === '/Page'
    ? [dictionary]
    : pdf.array(dictionary.get('/Kids')).flatMap((kid) => pagesOf(pdf, kid));
};

interface Element {
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

const kidsOf = (element: Dictionary): Value[] => {
  const kids = element.get('/K');
  return kids === undefined ? [] : Array.isArray(kids) ? kids : [kids];
};

const textOf = (value: Value | undefined): string => (value instanceof PdfString ? value.text : '');

const escaped = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? sign,
  );

function malformed(xml: string): string[] {
  const open: string[] = [];
  if (/&(?!amp;|lt;|gt;|quot;|apos;)/.test(xml)) return ['XMP has an & that starts no entity'];
  for (const [, close, name = '', self] of xml.replace(/<\?.*?\?>/gs, '').matchAll(/<(\/?)([\w:]+)[^<>]*?(\/?)>/g)) {
    if (close === '/' && open.pop() !== name) return [`XMP closes ${name}, which is not open`];
    if (close !== '/' && self !== '/') open.push(name);
  }
  return open.map((name) => `XMP never closes ${name}`);
}

/** Operators that paint: text, paths, forms. */
const PAINTS = /(?<=[\s>\])])(?:Tj|TJ|f|S|B|Do)(?=\s)/;
const MARK = /(\/\w+\s*(?:<<.*?>>\s*)?BDC|BMC|EMC)/s;

function untagged(content: string): string[] {
  let depth = 0;
  const found: string[] = [];
  for (const part of content.replace(LITERAL, '()').split(MARK)) {
    if (/B(DC|MC)$/.test(part)) depth += 1;
    else if (part === 'EMC') depth -= 1;
    else if (depth === 0 && PAINTS.test(part)) found.push(part.trim().slice(0, 40));
  }
  return found;
}

function parentTree(pdf: PdfModel): Map<number, Value> {
  const root = pdf.dictionary(pdf.catalog.get('/StructTreeRoot'));
  const entries = new Map<number, Value>();
  for (const leaf of pdf.array(pdf.dictionary(root.get('/ParentTree')).get('/Kids'))) {
    const numbers = pdf.array(pdf.dictionary(leaf).get('/Nums'));
    for (let i = 0; i < numbers.length; i += 2) entries.set(numbers[i] as number, numbers[i + 1]!);
  }
  return entries;
}

function orphans(pdf: PdfModel): string[] {
  const parents = parentTree(pdf);
  const reachable = new Set(elementsOf(pdf).map(({ ref }) => ref));
  return pagesOf(pdf).flatMap((page, i) => {
    const elements = pdf.array(parents.get(page.get('/StructParents') as number));
    const mcids = [...pdf.stream(page.get('/Contents')).matchAll(/\/MCID (\d+)/g)].map(([, mcid]) => Number(mcid));
    return mcids.flatMap((mcid) => {
      const element = elements[mcid];
      if (!(element instanceof Reference) || !reachable.has(element.ref))
        return [`MCID ${mcid} of page ${i + 1} has no element`];
      return holds(pdf, pdf.dictionary(element), page, mcid)
        ? []
        : [`MCID ${mcid} of page ${i + 1} is not held by its element`];
    });
  });
}

const holds = (pdf: PdfModel, element: Dictionary, page: Dictionary, mcid: number): boolean =>
  kidsOf(element).some((kid) =>
    kid instanceof Map
      ? kid.get('/MCID') === mcid && pdf.dictionary(kid.get('/Pg')) === page
      : kid === mcid && pdf.dictionary(element.get('/Pg')) === page,
  );

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

const PRINT = 4;

function links(pdf: PdfModel): string[] {
  const parents = parentTree(pdf);
  return pagesOf(pdf).flatMap((page, i) =>
    pdf.array(page.get('/Annots')).flatMap((annotation) => {
      const dictionary = pdf.dictionary(annotation);
      const parent = pdf.dictionary(parents.get(dictionary.get('/StructParent') as number));
      const type = dictionary.get('/Subtype') === '/Link' ? '/Link' : '/Form';
      const isObject = (kid: Value) =>
        kid instanceof Map &&
        kid.get('/Type') === '/OBJR' &&
        (kid.get('/Obj') as Reference).ref === (annotation as Reference).ref;
      const inTree = parent.get('/S') === type && kidsOf(parent).some(isObject);
      const describes = textOf(dictionary.get('/Contents')) !== '' || textOf(dictionary.get('/TU')) !== '';
      return [
        ...(inTree ? [] : [`an annotation of page ${i + 1} is in no ${type.slice(1)} element`]),
        ...(describes ? [] : [`an annotation of page ${i + 1} does not describe itself`]),
        ...(((dictionary.get('/F') as number) & PRINT) === PRINT
          ? []
          : [`an annotation of page ${i + 1} does not print`]),
      ];
    }),
  );
}

function attachments(pdf: PdfModel): string[] {
  const associated = pdf.array(pdf.catalog.get('/AF'));
  const named = pdf.array(
    pdf.dictionary(pdf.dictionary(pdf.catalog.get('/Names')).get('/EmbeddedFiles')).get('/Names'),
  );
  if (associated.length === 0) return ['nothing is associated (/AF)'];
  return associated.flatMap((file) => {
    const specification = pdf.dictionary(file);
    const embedded = pdf.dictionary(pdf.dictionary(specification.get('/EF')).get('/F'));
    const parameters = pdf.dictionary(embedded.get('/Params'));
    const isNamed = named.some((one) => one instanceof Reference && one.ref === (file as Reference).ref);
    return [
      ...['/F', '/UF', '/AFRelationship', '/Desc']
        .filter((key) => !specification.has(key))
        .map((key) => `a file has no ${key}`),
      ...(embedded.has('/Subtype') ? [] : ['a file has no media type']),
      ...(parameters.has('/ModDate') ? [] : ['a file has no /ModDate']),
      ...(isNamed ? [] : ['an associated file is not embedded by name']),
    ];
  });
}

const contents = (pdf: PdfModel): string[] => [
  ...pagesOf(pdf).map((page) => pdf.stream(page.get('/Contents'))),
  ...[...pdf.objects.values()]
    .filter(({ value }) => value instanceof Map && value.get('/Subtype') === '/Form')
    .map(({ stream = '' }) => stream),
];

/** The glyphs shown, in hex, with the font that was set; font and colour outlast a text object. */
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

const LITERAL = /\((?:\\.|[^\\)])*\)/gs;
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
