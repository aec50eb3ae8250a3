/** By rule of writer-rules.ts: changes to a pack that break it. Each is made once, and its rule must detect it. */
import { type Dictionary, type PdfModel, PdfString, Reference } from './writer-pdf-model.js';
import { elementsOf, pagesOf } from './writer-tree.js';

const first = (model: PdfModel, type: string): Dictionary => {
  const found = elementsOf(model).find(({ element }) => element.get('/S') === `/${type}`);
  if (!found) throw new Error(`the pack has no ${type}`);
  return found.element;
};

const firstPage = (model: PdfModel): Dictionary => pagesOf(model)[0]!;

function editStream(model: PdfModel, value: ReturnType<Dictionary['get']>, edit: (stream: string) => string): void {
  const object = model.objects.get((value as Reference).ref)!;
  object.stream = edit(object.stream ?? '');
}

const firstAnnotation = (model: PdfModel): Dictionary =>
  model.dictionary(pagesOf(model).flatMap((page) => model.array(page.get('/Annots')))[0]);

const metadata = (model: PdfModel, edit: (xmp: string) => string) =>
  editStream(model, model.catalog.get('/Metadata'), edit);
const drawn = (model: PdfModel, edit: (content: string) => string) =>
  editStream(model, firstPage(model).get('/Contents'), edit);
const attached = (model: PdfModel): Dictionary => model.dictionary(model.array(model.catalog.get('/AF'))[0]);
const font = (model: PdfModel): Dictionary =>
  model.dictionary(model.dictionary(model.dictionary(firstPage(model).get('/Resources')).get('/Font')).get('/F1'));

const descendant = (model: PdfModel): Dictionary =>
  model.dictionary(model.array(font(model).get('/DescendantFonts'))[0]);
const toUnicode = (model: PdfModel, edit: (map: string) => string) =>
  editStream(model, font(model).get('/ToUnicode'), edit);
const profile = (model: PdfModel, edit: (icc: string) => string) =>
  editStream(
    model,
    model.dictionary(model.array(model.catalog.get('/OutputIntents'))[0]).get('/DestOutputProfile'),
    edit,
  );
const urlAction = (model: PdfModel): Dictionary =>
  pagesOf(model)
    .flatMap((page) => model.array(page.get('/Annots')))
    .map((annotation) => model.dictionary(model.dictionary(annotation).get('/A')))
    .find((action) => action.has('/URI'))!;
const widget = (model: PdfModel): Dictionary =>
  model.dictionary(model.array(model.dictionary(model.catalog.get('/AcroForm')).get('/Fields'))[0]);

function renameFont(model: PdfModel, name: string): void {
  font(model).set('/BaseFont', name);
  descendant(model).set('/BaseFont', name);
  model.dictionary(descendant(model).get('/FontDescriptor')).set('/FontName', name);
}

export const BREACHES: Readonly<Record<string, Readonly<Record<string, (model: PdfModel) => unknown>>>> = {
  'the file has an id': {
    'no /ID': ({ trailer }) => trailer.delete('/ID'),
  },
  'metadata is well-formed and claims PDF/A-3a and PDF/UA-1': {
    'an unescaped title': (m) => metadata(m, (x) => x.replace('Q2', 'R&D')),
    'an element left open': (m) => metadata(m, (x) => x.replace('</dc:title>', '')),
    'level B': (m) => metadata(m, (x) => x.replace('>A</', '>B</')),
    'no PDF/UA part': (m) => metadata(m, (x) => x.replace('pdfuaid:part>1', 'pdfuaid:part>')),
  },
  'metadata agrees with the document properties': {
    'another title': (m) => metadata(m, (x) => x.replace('Q2 2026', 'Q3 2026')),
    'another date': (m) => metadata(m, (x) => x.replace('ModifyDate>2026', 'ModifyDate>2025')),
    'other keywords': (m) => metadata(m, (x) => x.replace('sha256:', 'sha512:')),
  },
  'colours have an output intent with a profile of three channels': {
    none: ({ catalog }) => catalog.delete('/OutputIntents'),
    'four channels': (m) =>
      m.dictionary(m.dictionary(m.array(m.catalog.get('/OutputIntents'))[0]).get('/DestOutputProfile')).set('/N', 4),
    'a profile of version 5': (m) => profile(m, (icc) => `${icc.slice(0, 8)}\x05${icc.slice(9)}`),
    'a profile cut short': (m) => profile(m, (icc) => icc.slice(0, -4)),
  },
  'the language is named': {
    'no /Lang': ({ catalog }) => catalog.delete('/Lang'),
    'no language': ({ catalog }) => catalog.set('/Lang', new PdfString('in English')),
  },
  'the file says that it is tagged': {
    'no /MarkInfo': ({ catalog }) => catalog.delete('/MarkInfo'),
  },
  'readers show the title': {
    'no preference': ({ catalog }) => catalog.delete('/ViewerPreferences'),
  },
  'every page names its resources': {
    'inherited ones': (m) => firstPage(m).delete('/Resources'),
  },
  'every page is tabbed by structure': {
    'tabbed by rows': (m) => firstPage(m).set('/Tabs', '/R'),
  },
  'everything drawn is tagged or an artifact': {
    'a stray rectangle': (m) => drawn(m, (c) => `${c}0 0 9 9 re f\n`),
    'an artifact that is none': (m) => drawn(m, (c) => c.replace(/\/Artifact<<.*?>>BDC(.*?)EMC/s, '$1')),
    'a mark inside another': (m) => drawn(m, (c) => c.replace('BDC\n', 'BDC\n/Artifact<<>>BDC\nEMC\n')),
  },
  'every marked content belongs to an element': {
    'an MCID too many': (m) => drawn(m, (c) => `${c}/P<</MCID 999>>BDC EMC\n`),
    'an element that lost its text': (m) => first(m, 'H1').set('/K', []),
    'an element out of the tree': (m) => first(m, 'Sect').set('/K', []),
  },
  'the structure is a tree of elements': {
    'an empty tree': (m) => m.dictionary(m.catalog.get('/StructTreeRoot')).set('/K', []),
    'a wrong parent': (m) => first(m, 'H2').set('/P', new Reference(1)),
  },
  'headings skip no level': {
    'H3 after H1': (m) => first(m, 'H2').set('/S', '/H3'),
  },
  'tables are regular and their heads have a scope': {
    'a cell that is a paragraph': (m) => first(m, 'TD').set('/S', '/P'),
    'a head without scope': (m) => first(m, 'TH').delete('/A'),
  },
  'figures have an alternative text': {
    'a figure without': (m) => first(m, 'Figure').delete('/Alt'),
    'no box': (m) => first(m, 'Figure').delete('/A'),
  },
  'links are in the structure, describe themselves and print': {
    'no element': (m) => firstAnnotation(m).delete('/StructParent'),
    'no OBJR': (m) => first(m, 'Link').set('/K', []),
    'no description': (m) => firstAnnotation(m).delete('/Contents'),
    'hidden in print': (m) => firstAnnotation(m).set('/F', 0),
    hidden: (m) => firstAnnotation(m).set('/F', 4 | 2),
    'a field in no Form': (m) => first(m, 'Form').set('/S', '/Span'),
    'a field with an area and no appearance': (m) => widget(m).set('/Rect', [0, 0, 9, 9]),
  },
  'attachments are associated and described': {
    'no /AF': ({ catalog }) => catalog.delete('/AF'),
    'no relationship': (m) => attached(m).delete('/AFRelationship'),
    'no /UF': (m) => attached(m).delete('/UF'),
    'no media type': (m) => m.dictionary(m.dictionary(attached(m).get('/EF')).get('/F')).delete('/Subtype'),
    'no /ModDate': (m) => m.dictionary(m.dictionary(attached(m).get('/EF')).get('/F')).delete('/Params'),
    'not embedded by name': (m) => m.dictionary(m.catalog.get('/Names')).delete('/EmbeddedFiles'),
  },
  'fonts are embedded and their text can be extracted': {
    'not embedded': (m) =>
      m
        .dictionary(m.dictionary(m.array(font(m).get('/DescendantFonts'))[0]).get('/FontDescriptor'))
        .delete('/FontFile2'),
    'no ToUnicode': (m) => font(m).delete('/ToUnicode'),
    'no widths': (m) => m.dictionary(m.array(font(m).get('/DescendantFonts'))[0]).delete('/W'),
  },
  'no empty box is shown': {
    'a .notdef': (m) => drawn(m, (c) => c.replace('(\0', '(\0\0\0')),
  },
  'only opaque RGB is drawn': {
    CMYK: (m) => drawn(m, (c) => `${c}0 0 0 1 k\n`),
    'a graphics state': (m) => drawn(m, (c) => `${c}/G1 gs\n`),
    'a transparency group': (m) => firstPage(m).set('/Group', new Map()),
  },
  'elements have standard types in permitted places': {
    'an invented type': (m) => first(m, 'P').set('/S', '/Paragraph'),
    'an item out of a list': (m) => first(m, 'L').set('/S', '/Div'),
    'a paragraph in a list': (m) => first(m, 'LI').set('/S', '/P'),
  },
  'notes have ids': {
    'a note without': (m) => first(m, 'P').set('/S', '/Note'),
  },
  'fonts are composed by glyph, under one name': {
    'another name': (m) => font(m).set('/BaseFont', '/ABCDEF+Other'),
    'no subset tag': (m) => renameFont(m, '/IBMPlexSans'),
    'no CIDToGIDMap': (m) => descendant(m).delete('/CIDToGIDMap'),
    'a CIDSet': (m) => m.dictionary(descendant(m).get('/FontDescriptor')).set('/CIDSet', new Reference(1)),
  },
  'fonts are as wide as they say': {
    'a wider glyph': (m) => {
      m.array(m.array(descendant(m).get('/W'))[1])[2]! = 2_000;
    },
  },
  'glyphs map to valid characters': {
    'U+0000': (m) => toUnicode(m, (map) => map.replace(/><[0-9A-F]{4}>/, '><0000>')),
    'U+FEFF': (m) => toUnicode(m, (map) => map.replace(/><[0-9A-F]{4}>/, '><FEFF>')),
  },
  'the file begins and ends as it should': {
    'no binary comment': (m) => {
      m.file = m.file.replace(/%\xe2.*\n/, '%text\n');
    },
    'something after the end': (m) => {
      m.file += 'more';
    },
  },
  'every object is where the cross-reference says': {
    'a byte too many in front': (m) => {
      m.file = m.file.replace('\n1', '\n\n1');
    },
    'an entry too few': ({ trailer }) => trailer.set('/Size', 3),
  },
  'every stream is as long as it says': {
    'a byte less': (m) => {
      m.file = m.file.replace(/\/Length (\d+)>>stream/, (_, n) => `/Length ${Number(n) - 1}>>stream`);
    },
  },
  'nothing is encrypted, compressed by LZW or external': {
    encrypted: ({ trailer }) => trailer.set('/Encrypt', new Map()),
    LZW: (m) => m.dictionary(firstPage(m).get('/Contents')).set('/Filter', '/LZWDecode'),
  },
  'nothing acts by itself': {
    'an action on opening': ({ catalog }) => catalog.set('/OpenAction', new Map()),
    'a script': (m) => urlAction(m).set('/S', '/JavaScript'),
    'additional actions': (m) => firstPage(m).set('/AA', new Map()),
  },
  'nothing exceeds the limits of readers': {
    'a long string': ({ catalog }) => catalog.set('/Lang', new PdfString('x'.repeat(40_000))),
    'a long name': ({ catalog }) => catalog.set('/Lang', `/${'x'.repeat(128)}`),
  },
  'metadata is not compressed': {
    compressed: (m) => m.dictionary(m.catalog.get('/Metadata')).set('/Filter', '/FlateDecode'),
  },
};
