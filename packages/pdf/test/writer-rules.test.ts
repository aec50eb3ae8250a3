import { beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report.js';
import { makeSigner, standardPack } from './standard-packs.js';
import { type Dictionary, PdfModel, Reference } from './writer-pdf-model.js';
import { breachesOf, elementsOf, pagesOf, RULES } from './writer-rules.js';

let pdf: Buffer;

beforeAll(async () => {
  const { signer, remove } = await makeSigner();
  pdf = await standardPack(sampleReport({ findings: 15 }), { signer });
  await remove();
});

describe('the standard pack keeps every rule', () => {
  it.for([0, 15, 300])('with %i findings', async (findings) => {
    expect(breachesOf(PdfModel.read(await standardPack(sampleReport({ findings }))))).toEqual([]);
  });

  it('with a signature', () => {
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
  });
});

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

const BREACHES: readonly (readonly [rule: string, breach: string, plant: (model: PdfModel) => unknown])[] = [
  ['the file has an id', 'no /ID', ({ trailer }) => trailer.delete('/ID')],
  [
    'metadata is well-formed and claims PDF/A-3a and PDF/UA-1',
    'an unescaped title',
    (m) => metadata(m, (x) => x.replace('Q2', 'R&D')),
  ],
  [
    'metadata is well-formed and claims PDF/A-3a and PDF/UA-1',
    'an element left open',
    (m) => metadata(m, (x) => x.replace('</dc:title>', '')),
  ],
  [
    'metadata is well-formed and claims PDF/A-3a and PDF/UA-1',
    'level B',
    (m) => metadata(m, (x) => x.replace('>A</', '>B</')),
  ],
  [
    'metadata is well-formed and claims PDF/A-3a and PDF/UA-1',
    'no PDF/UA part',
    (m) => metadata(m, (x) => x.replace('pdfuaid:part>1', 'pdfuaid:part>')),
  ],
  [
    'metadata says what the document says of itself',
    'another title',
    (m) => metadata(m, (x) => x.replace('Q2 2026', 'Q3 2026')),
  ],
  [
    'colours have an output intent with a profile of three channels',
    'none',
    ({ catalog }) => catalog.delete('/OutputIntents'),
  ],
  [
    'colours have an output intent with a profile of three channels',
    'four channels',
    (m) =>
      m.dictionary(m.dictionary(m.array(m.catalog.get('/OutputIntents'))[0]).get('/DestOutputProfile')).set('/N', 4),
  ],
  ['the language is named', 'no /Lang', ({ catalog }) => catalog.delete('/Lang')],
  ['the file says that it is tagged', 'no /MarkInfo', ({ catalog }) => catalog.delete('/MarkInfo')],
  ['readers show the title', 'no preference', ({ catalog }) => catalog.delete('/ViewerPreferences')],
  ['every page names its resources', 'inherited ones', (m) => firstPage(m).delete('/Resources')],
  ['every page is tabbed by structure', 'tabbed by rows', (m) => firstPage(m).set('/Tabs', '/R')],
  ['everything drawn is tagged or an artifact', 'a stray rectangle', (m) => drawn(m, (c) => `${c}0 0 9 9 re f\n`)],
  [
    'everything drawn is tagged or an artifact',
    'an artifact that is none',
    (m) => drawn(m, (c) => c.replace(/\/Artifact<<.*?>>BDC(.*?)EMC/s, '$1')),
  ],
  [
    'every tagged piece has an element, which holds it',
    'an MCID too many',
    (m) => drawn(m, (c) => `${c}/P<</MCID 999>>BDC EMC\n`),
  ],
  [
    'every tagged piece has an element, which holds it',
    'an element that lost its text',
    (m) => first(m, 'H1').set('/K', []),
  ],
  [
    'every tagged piece has an element, which holds it',
    'an element out of the tree',
    (m) => first(m, 'Sect').set('/K', []),
  ],
  [
    'the structure is a tree of elements',
    'an empty tree',
    (m) => m.dictionary(m.catalog.get('/StructTreeRoot')).set('/K', []),
  ],
  ['the structure is a tree of elements', 'a wrong parent', (m) => first(m, 'H2').set('/P', new Reference(1))],
  ['headings skip no level', 'H3 after H1', (m) => first(m, 'H2').set('/S', '/H3')],
  [
    'tables are regular and their heads have a scope',
    'a cell that is a paragraph',
    (m) => first(m, 'TD').set('/S', '/P'),
  ],
  ['tables are regular and their heads have a scope', 'a head without scope', (m) => first(m, 'TH').delete('/A')],
  ['figures have words that stand for them', 'a figure without', (m) => first(m, 'Figure').delete('/Alt')],
  [
    'links are in the structure, describe themselves and print',
    'no element',
    (m) => firstAnnotation(m).delete('/StructParent'),
  ],
  ['links are in the structure, describe themselves and print', 'no OBJR', (m) => first(m, 'Link').set('/K', [])],
  [
    'links are in the structure, describe themselves and print',
    'no description',
    (m) => firstAnnotation(m).delete('/Contents'),
  ],
  [
    'links are in the structure, describe themselves and print',
    'hidden in print',
    (m) => firstAnnotation(m).set('/F', 0),
  ],
  ['attachments are associated and described', 'no /AF', ({ catalog }) => catalog.delete('/AF')],
  ['attachments are associated and described', 'no relationship', (m) => attached(m).delete('/AFRelationship')],
  ['attachments are associated and described', 'no /UF', (m) => attached(m).delete('/UF')],
  [
    'attachments are associated and described',
    'no media type',
    (m) => m.dictionary(m.dictionary(attached(m).get('/EF')).get('/F')).delete('/Subtype'),
  ],
  [
    'attachments are associated and described',
    'no /ModDate',
    (m) => m.dictionary(m.dictionary(attached(m).get('/EF')).get('/F')).delete('/Params'),
  ],
  [
    'attachments are associated and described',
    'not embedded by name',
    (m) => m.dictionary(m.catalog.get('/Names')).delete('/EmbeddedFiles'),
  ],
  [
    'fonts are embedded and give their text back',
    'not embedded',
    (m) =>
      m
        .dictionary(m.dictionary(m.array(font(m).get('/DescendantFonts'))[0]).get('/FontDescriptor'))
        .delete('/FontFile2'),
  ],
  ['fonts are embedded and give their text back', 'no ToUnicode', (m) => font(m).delete('/ToUnicode')],
  [
    'fonts are embedded and give their text back',
    'no widths',
    (m) => m.dictionary(m.array(font(m).get('/DescendantFonts'))[0]).delete('/W'),
  ],
  ['no empty box is shown', 'a .notdef', (m) => drawn(m, (c) => c.replace('(\0', '(\0\0\0'))],
];

describe('a planted breach is found', () => {
  it.for(BREACHES)('%s: %s', ([rule, , plant]) => {
    const model = PdfModel.read(pdf);
    plant(model);
    expect(RULES[rule]?.(model)).not.toEqual([]);
  });

  it('of every rule', () => {
    expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});
