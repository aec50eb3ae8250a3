import { ContractError, documentSchemas, type PackTemplate, type Violation } from '@evidence/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertTemplate, TEMPLATE_BYTES_MAX, TEMPLATE_DEPTH_MAX, TEMPLATE_VALUES_MAX } from '../src/index.js';

const EXAMPLE = documentSchemas['PackTemplate.v1'].examples[0];

/** The violation; undefined if the template is valid. */
function wrongIn(template: unknown): Violation | undefined {
  try {
    assertTemplate(template);
    return undefined;
  } catch (error) {
    if (error instanceof ContractError) return error.violations[0];
    throw error;
  }
}

const of = (...content: unknown[]) => ({ content });
const table = (widths: unknown[], ...body: unknown[]) => ({ table: { widths, body } });
const each = (list: string, as: string, ...content: unknown[]) => ({ forEach: list, as, content, empty: ['none'] });
const nested = (depth: number) => {
  let node: unknown = 'x';
  for (let i = 0; i < depth; i += 1) node = { stack: [node] };
  return of(node);
};

describe('a template is accepted', () => {
  it('as in the example of the contract', () => {
    expect(wrongIn(EXAMPLE)).toBeUndefined();
  });

  it.each([
    ['a list of values in a text', of('{{ report.frameworks }} {{report.scope.from}}')],
    ['lists within lists', of(each('report.coverage', 'f', each('f.controls', 'c', '{{ c.title }} {{ f.name }}')))],
    ['one list after the other', of(each('report.findings', 'f', 'x'), each('report.findings', 'f', 'y'))],
    ['items that are values', of({ ul: [each('report.scope.endpoint_ids', 'id', '{{ id }}')] })],
    ['another list inside a list', of(each('report.findings', 'f', each('report.frameworks', 'g', '{{ g }}')))],
    ['page numbers in the margin', { ...of('x'), footer: { right: '{{ page.number }} of {{ page.total }}' } }],
    [
      'a part of each kind',
      of('a', { stack: ['b'] }, { columns: ['c', 'd'] }, { ul: ['e'] }, { ol: ['f'] }, { rule: {} }),
    ],
    ['a link to a finding', of(each('report.findings', 'f', { text: '{{ f.id }}', link: 'f.url' }))],
    ['thirds, which add up to a little more than one', of(table(['*', '*', '*'], ['a', 'b', 'c']))],
    [
      'a style called constructor, if it is defined',
      { ...of({ text: 'x', style: 'constructor' }), styles: { constructor: {} } },
    ],
  ])('with %s', (_, template) => {
    expect(wrongIn(template)).toBeUndefined();
  });
});

describe('a template is refused with the location', () => {
  it.each<[what: string, template: unknown, pointer: string, rest?: Partial<Violation>]>([
    ['nothing', {}, '', { missingMember: 'content' }],
    ['no object', [], ''],
    ['an unknown member', { ...of('x'), images: {} }, '', { unknownMember: 'images' }],
    ['an image', of({ image: 'x.png' }), '/content/0', { unknownMember: 'image' }],
    ['an SVG', of({ stack: [{ svg: '<svg/>' }] }), '/content/0/stack/0', { unknownMember: 'svg' }],
    ['a QR code', of({ qr: 'x' }), '/content/0', { unknownMember: 'qr' }],
    [
      'an absolute position',
      of({ text: 'x', absolutePosition: {} }),
      '/content/0',
      { unknownMember: 'absolutePosition' },
    ],
    ['an empty part', of({}), '/content/0', { allowed: expect.arrayContaining(['text', 'forEach']) }],
    ['two parts in one', of({ text: 'x', ul: ['y'] }), '/content/0'],
    ['a number as a part', of(7), '/content/0'],
    ['a control character', of('a\u0007'), '/content/0'],
    ['half of a surrogate pair', of('x', { text: '\ud800' }), '/content/1/text'],
    [
      'a path that does not exist',
      of('{{ report.titel }}'),
      '/content/0',
      { allowed: expect.arrayContaining(['report.title']) },
    ],
    ['an unknown name', of('{{ finding.id }}'), '/content/0', { allowed: ['report'] }],
    ['a name outside its forEach', of(each('report.findings', 'f', 'x'), '{{ f.id }}'), '/content/1'],
    [
      'the item of a forEach in its own `empty`',
      of({ ...each('report.findings', 'f', 'x'), empty: ['{{ f.id }}'] }),
      '/content/0/empty/0',
    ],
    [
      'an object in a text',
      of('{{ report.summary }}'),
      '/content/0',
      { allowed: expect.arrayContaining(['report.summary.high']) },
    ],
    ['a list of objects in a text', of('{{ report.findings }}'), '/content/0'],
    ['a path through a list', of({ text: ['a', '{{ report.findings.title }}'] }), '/content/0/text/1'],
    ['a prototype', of('{{ report.__proto__ }}'), '/content/0'],
    ['a constructor', of('{{ report.constructor.name }}'), '/content/0', { allowed: expect.any(Array) }],
    ['a member of a text', of('{{ report.title.length }}'), '/content/0'],
    ['an expression', of('{{ report.title + 1 }}'), '/content/0'],
    ['braces left open', of('{{ report.title'), '/content/0'],
    ['page numbers in the content', of('{{ page.number }}'), '/content/0', { allowed: ['report'] }],
    ['a path in the margin that does not exist', { ...of('x'), header: { left: '{{ page.count }}' } }, '/header/left'],
    ['a forEach over something other than a list', of(each('report.title', 't', 'x')), '/content/0/forEach'],
    [
      'a forEach without `empty`',
      of({ forEach: 'report.findings', as: 'f', content: ['x'] }),
      '/content/0',
      { missingMember: 'empty' },
    ],
    ['an empty list', of({ ...each('report.findings', 'f', 'x'), empty: [] }), '/content/0/empty'],
    ['a name already in use', of(each('report.findings', 'report', 'x')), '/content/0/as'],
    ['the reserved name of the page', of(each('report.findings', 'page', 'x')), '/content/0/as'],
    ['a forEach with a style', of({ ...each('report.findings', 'f', 'x'), bold: true }), '/content/0/bold'],
    [
      'a forEach in place of a column',
      of({ columns: ['a', each('report.findings', 'f', 'x')] }),
      '/content/0/columns/1',
    ],
    [
      'a list repeated inside itself',
      of(each('report.findings', 'f', each('report.findings', 'g', 'x'))),
      '/content/0/content/0/forEach',
    ],
    [
      'a list repeated inside itself, through a table and another name',
      of(
        each(
          'report.coverage',
          'f',
          each('f.controls', 'c', table(['*'], { forEach: 'f.controls', as: 'd', rows: [['x']], empty: [['y']] })),
        ),
      ),
      '/content/0/content/0/content/0/table/body/0/forEach',
    ],
    [
      'an unknown style',
      { ...of({ text: 'x', style: 'toString' }), styles: { note: {} } },
      '/content/0/style',
      { allowed: ['note'] },
    ],
    [
      'a style called __proto__',
      JSON.parse('{"content":["x"],"styles":{"__proto__":{}}}'),
      '/styles',
      { unknownMember: '__proto__' },
    ],
    ['a row that is too short', of(table(['*', '*'], ['a', 'b'], ['a'])), '/content/0/table/body/1'],
    ['a span that is too wide', of(table(['*', '*'], [{ text: 'a', colSpan: 3 }])), '/content/0/table/body/0'],
    ['a span outside a table', of({ text: 'a', colSpan: 2 }), '/content/0/colSpan'],
    ['a width outside columns', of({ text: 'a', width: 50 }), '/content/0/width'],
    [
      'a page break in a cell',
      of(table(['*'], [{ text: 'a', pageBreak: 'before' }])),
      '/content/0/table/body/0/0/pageBreak',
    ],
    [
      'a page break in a list',
      of({ ul: [{ stack: [{ text: 'a', pageBreak: 'before' }] }] }),
      '/content/0/ul/0/stack/0/pageBreak',
    ],
    [
      'a header of repeated rows',
      of({
        table: {
          widths: ['*'],
          headerRows: 1,
          body: [{ forEach: 'report.findings', as: 'f', rows: [['x']], empty: [['y']] }],
        },
      }),
      '/content/0/table/headerRows',
    ],
    ['more width than the page has', of(table([300, 300], ['a', 'b'])), '/content/0/table/widths'],
    ['lines too short for a word', of({ columns: [{ text: 'a', width: 20, fontSize: 48 }] }), '/content/0/columns/0'],
    ['a negative margin', of({ text: 'x', margin: [0, -9, 0, 0] }), '/content/0/margin/1'],
    ['a page without room', { ...of('x'), pageMargins: { bottom: 0 } }, '/pageMargins/bottom'],
  ])('for %s', (_, template, pointer, rest = {}) => {
    expect(wrongIn(template)).toMatchObject({ pointer, ...rest });
  });

  it('for nesting beyond the limit, and for 10,000 levels without a stack overflow', () => {
    expect(wrongIn(nested((TEMPLATE_DEPTH_MAX - 2) / 2))).toBeUndefined();
    for (const depth of [TEMPLATE_DEPTH_MAX / 2, 10_000]) {
      expect(wrongIn(nested(depth))).toMatchObject({
        pointer: expect.stringMatching(/^\/content\/0(\/stack(\/0)?){15}$/),
        message: expect.stringContaining('nested deeper than 32'),
      });
    }
  });

  it('for more values and more bytes than the limits', () => {
    const full = (n: number) =>
      of(...Array.from({ length: 9 }, () => ({ stack: Array.from({ length: n }, () => 'x') })));
    expect(wrongIn(full(400))).toBeUndefined();
    expect(9 * 450).toBeGreaterThan(TEMPLATE_VALUES_MAX);
    expect(wrongIn(full(450))).toMatchObject({ message: expect.stringContaining('one value too many') });
    const long = (n: number) => of(...Array.from({ length: n }, () => 'x'.repeat(1_000)));
    expect(wrongIn(long(65))).toBeUndefined();
    expect(66 * 1_000).toBeGreaterThan(TEMPLATE_BYTES_MAX);
    expect(wrongIn(long(66))).toMatchObject({ pointer: '', message: expect.stringContaining('bytes') });
  });
});

const countStrings = (value: unknown): number => {
  if (typeof value === 'string') return 1;
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum: number, item) => sum + countStrings(item), 0);
};
const STRINGS = countStrings(EXAMPLE);

/** The template with its string number `at` replaced, and the location of that string. */
function withString(template: unknown, at: number, other: string): [changed: unknown, pointer: string] {
  let seen = -1;
  let pointer = '';
  const replaced = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      seen += 1;
      if (seen !== at) return value;
      pointer = path;
      return other;
    }
    if (Array.isArray(value)) return value.map((item, i) => replaced(item, `${path}/${i}`));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, `${path}/${name}`)]));
  };
  return [replaced(template, ''), pointer];
}

describe('an address', () => {
  it.each([
    'file:///etc/passwd',
    'http://127.0.0.1:1/x',
    'https://elsewhere.example/x.png',
    'data:image/png;base64,AA==',
  ])('%s is refused in every string except texts, where it is plain text', (address) => {
    expect(STRINGS).toBeGreaterThan(20);
    const words: string[] = [];
    for (let at = 0; at < STRINGS; at += 1) {
      const [changed, pointer] = withString(EXAMPLE, at, address);
      const wrong = wrongIn(changed);
      if (wrong === undefined) words.push(pointer);
      else expect(pointer).toBe(wrong.pointer);
    }
    for (const pointer of words) expect(pointer).toMatch(/\/(?:text|left|right|\d+)$/);
    expect(words.filter((pointer) => /link|style|font|forEach|color|widths|pageSize/.test(pointer))).toEqual([]);
  });
});

describe('any input', () => {
  it('is a valid template or causes a ContractError, never another error', () => {
    const junk = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('{{', '{{ report.findings }}', '__proto__', 'report.findings', null, -1, 1e308, [[]], {}),
    );
    fc.assert(
      fc.property(fc.nat(STRINGS - 1), junk, (at, other) => {
        const [changed] = withString(EXAMPLE, at, 'HERE');
        const planted: unknown = JSON.parse(JSON.stringify(changed).replace('"HERE"', () => JSON.stringify(other)));
        const wrong = wrongIn(planted);
        expect(wrong === undefined || wrong.message.length > 0).toBe(true);
      }),
      { seed: 20261126, numRuns: 500 },
    );
  });

  it('stays unchanged', () => {
    const given = structuredClone(EXAMPLE) as unknown as PackTemplate;
    assertTemplate(given);
    expect(given).toEqual(EXAMPLE);
  });
});
