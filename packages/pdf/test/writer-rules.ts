import { FILE_RULES } from './writer-file-rules.js';
import { contents, FONT_RULES } from './writer-font-rules.js';
import { type Dictionary, type PdfModel, PdfString, Reference, type Value } from './writer-pdf-model.js';
import { STRUCTURE_RULES } from './writer-structure-rules.js';
import { elementsOf, kidsOf, LITERAL, pagesOf } from './writer-tree.js';

/** The machine-checkable rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1). Each returns its breaches. */
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
  'metadata agrees with the document properties': (pdf) => {
    const xmp = Buffer.from(pdf.stream(pdf.catalog.get('/Metadata')), 'latin1').toString('utf8');
    const info = pdf.dictionary(pdf.trailer.get('/Info'));
    const texts = ['/Title', '/Author', '/Subject', '/Keywords', '/Creator', '/Producer'];
    const dates = [
      ['/CreationDate', 'CreateDate'],
      ['/ModDate', 'ModifyDate'],
    ] as const;
    return [
      ...texts.filter((key) => !xmp.includes(`>${escaped(textOf(info.get(key)))}<`)),
      ...dates
        .filter(([key, property]) => !xmp.includes(`<xmp:${property}>${xmpDate(textOf(info.get(key)))}</`))
        .map(([key]) => key),
    ].map((key) => `XMP and Info differ in ${key}`);
  },
  'colours have an output intent with a profile of three channels': (pdf) =>
    pdf.array(pdf.catalog.get('/OutputIntents')).some((intent) => {
      const profile = pdf.dictionary(intent).get('/DestOutputProfile');
      const icc = pdf.stream(profile);
      const header = Buffer.from(icc, 'latin1');
      const isRgb =
        pdf.dictionary(profile).get('/N') === 3 &&
        header.length >= 128 &&
        header.readUInt32BE(0) === header.length &&
        header[8]! <= 4 &&
        ['mntr', 'prtr', 'scnr'].includes(icc.slice(12, 16)) &&
        icc.slice(16, 20) === 'RGB ' &&
        icc.slice(36, 40) === 'acsp';
      return pdf.dictionary(intent).get('/S') === '/GTS_PDFA1' && isRgb;
    })
      ? []
      : ['there is no GTS_PDFA1 output intent'],
  'the language is named': ({ catalog }) =>
    /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(textOf(catalog.get('/Lang'))) ? [] : ['the catalog has no /Lang'],
  'only opaque RGB is drawn': (pdf) => [
    ...contents(pdf).flatMap((content) =>
      [...content.replace(LITERAL, '()').matchAll(/(?<=\s)(k|K|cs|CS|sc|scn|SCN|sh|gs|ri|BI)(?=\s)/g)].map(
        ([operator]) => `the operator ${operator} is used`,
      ),
    ),
    ...[...pdf.objects.values()].flatMap(({ value }) =>
      value instanceof Map && ['/Group', '/SMask', '/BM', '/CA', '/ca', '/OPI', '/PS'].some((key) => value.has(key))
        ? ['something is drawn through']
        : [],
    ),
  ],
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
  'every marked content belongs to an element': (pdf) => orphans(pdf),
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
  'links are in the structure, describe themselves and print': (pdf) => links(pdf),
  'attachments are associated and described': (pdf) => attachments(pdf),
  ...STRUCTURE_RULES,
  ...FONT_RULES,
  ...FILE_RULES,
};

export const breachesOf = (pdf: PdfModel): string[] =>
  Object.entries(RULES).flatMap(([rule, breaches]) => breaches(pdf).map((breach) => `${rule}: ${breach}`));

const textOf = (value: Value | undefined): string => (value instanceof PdfString ? value.text : '');

const escaped = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? sign,
  );

/** `D:20260522103500+00'00'` in the form of XMP. */
const xmpDate = (date: string) =>
  date.replace(/^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\+00'00'$/, '$1-$2-$3T$4:$5:$6Z');

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
    if (/B(DC|MC)$/.test(part)) {
      if (depth > 0 && /^\/Artifact|\/MCID/.test(part)) found.push('a mark inside another');
      depth += 1;
    } else if (part === 'EMC') depth -= 1;
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

const PRINT = 4;
/** Invisible, hidden, no view, toggled view (ISO 19005-3, 6.3.2). */
const UNSEEN = 1 | 2 | 32 | 256;

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
        ...(type === '/Link' || hasNoArea(pdf.array(dictionary.get('/Rect'))) || dictionary.has('/AP')
          ? []
          : [`a field of page ${i + 1} has no appearance`]),
        ...(describes ? [] : [`an annotation of page ${i + 1} does not describe itself`]),
        ...(((dictionary.get('/F') as number) & (PRINT | UNSEEN)) === PRINT
          ? []
          : [`an annotation of page ${i + 1} does not print`]),
      ];
    }),
  );
}

const hasNoArea = ([left, bottom, right, top]: readonly Value[]) => left === right || bottom === top;

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
