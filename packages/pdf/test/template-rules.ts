import type { EvidenceReport, PackTemplate } from '@evidence/contracts';
import { run } from './poppler.js';

export const plainOf = (pdf: Uint8Array) =>
  run(pdf, 'qpdf', '--qdf', '--object-streams=disable', '@', '-').toString('latin1');
export const xmpOf = (pdf: Uint8Array) => run(pdf, 'pdfinfo', '-meta', '@').toString('utf8');

/** The metadata of a file that qpdf has converted to plain text. */
export const xmpIn = (plain: string) => /<\?xpacket begin[\s\S]*?<\?xpacket end/.exec(plain)?.[0] ?? '';

/** The requirements of PDF/A-3b (ISO 19005-3) that a text tool can check, and no actions. */
export function breachesOf(pdf: Uint8Array): string[] {
  const [, , ...fonts] = run(pdf, 'pdffonts', '@').toString().trim().split('\n');
  const loose = fonts.filter((font) => !/^\w{6}\+\S+ +CID TrueType +Identity-H +yes yes yes/.test(font));
  const producers = xmpOf(pdf).match(/<pdf:Producer>[^<]*</g) ?? [];
  return [
    ...loose.map((font) => `font ${font}`),
    ...(producers.join() === '<pdf:Producer>Evidence Reports<' ? [] : [`producers ${producers}`]),
    ...breachesIn(plainOf(pdf), xmpOf(pdf)),
  ];
}

/** The same for a file that qpdf has converted to plain text, and for its metadata. */
export function breachesIn(plain: string, xmp: string): string[] {
  const links = plain.match(/<<[^<>]*\/Subtype \/Link/g) ?? [];
  const pages = plain.match(/<<(?:[^<>]|<<[^<>]*>>|<[^<>]*>)*\/Type \/Page\n[\s\S]*?\nendobj/g) ?? [];
  const glyphs = [...plain.matchAll(/\[((?:<[0-9a-f]*>|[-\d. ])+)\] TJ/g)]
    .flatMap(([, shown = '']) => [...shown.matchAll(/<([0-9a-f]*)>/g)])
    .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
  const asked: Record<string, boolean> = {
    'part 3 B': xmp.includes('<pdfaid:part>3<') && xmp.includes('<pdfaid:conformance>B<'),
    'metadata well-formed': isWellFormed(xmp),
    'an output intent': plain.includes('/S /GTS_PDFA1'),
    'an id': /\/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>/.test(plain),
    'an associated file': /\/AF \[/.test(plain) && plain.includes('/AFRelationship /Data\n'),
    'with a media type and a date': plain.includes('/Subtype /application#2fjson') && /\/ModDate \(D:/.test(plain),
    'links that print': links.every((link) => /\/F 4\b/.test(link)),
    'resources of each page': pages.length > 0 && pages.every((page) => page.includes('/Resources ')),
    'no empty box': glyphs.length > 100 && !glyphs.includes('0000'),
    'no action but links': !/\/(?:JavaScript|JS|Launch|GoToR|SubmitForm|OpenAction|RichMedia|EmbeddedGoTo)\b/.test(
      plain,
    ),
  };
  return Object.keys(asked).filter((rule) => asked[rule] !== true);
}

/** Whether the tags nest and every `&` starts an entity. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  if (/&(?!amp;|lt;|gt;|quot;|apos;)/.test(xml)) return false;
  for (const [, close, name = '', self] of xml.replace(/<\?.*?\?>/gs, '').matchAll(/<(\/?)([\w:]+)[^<>]*?(\/?)>/g)) {
    if (close === '/' && open.pop() !== name) return false;
    if (close !== '/' && self !== '/') open.push(name);
  }
  return open.length === 0;
}

/** The report with `strange` in every text for which its contract allows any characters. */
export function strangeEverywhere(report: EvidenceReport, strange: string): EvidenceReport {
  const open = new Set('version probe detector reason renderer_version'.split(' '));
  return JSON.parse(JSON.stringify(report), (key, value) =>
    open.has(key) && typeof value === 'string' ? `${value} ${strange}` : value,
  );
}

/** A template that shows every open text of a report somewhere. */
export const SHOWS_ALL: PackTemplate = {
  header: { left: '{{ report.title }}', center: '{{ report.renderer_version }}' },
  footer: { center: '{{ report.title }}' },
  content: [
    {
      text: ['{{ report.title }} ', { text: '{{ report.title }}', font: 'mono', bold: true, italics: true }],
      headlineLevel: 1,
    },
    {
      forEach: 'report.findings',
      as: 'f',
      content: [
        { text: '{{ f.title }}', headlineLevel: 2 },
        { columns: [{ text: '{{ f.title }}', link: 'f.url' }, { ul: ['{{ f.probe }}', '{{ f.detector }}'] }] },
        {
          table: {
            widths: [40, '*'],
            headerRows: 1,
            layout: 'grid',
            body: [
              ['{{ f.title }}', '{{ f.tool.version }}'],
              ['x', '{{ f.title }}'],
            ],
          },
        },
      ],
      empty: ['No open findings.'],
    },
    { ol: [{ forEach: 'report.dispositions', as: 'd', content: ['{{ d.title }} {{ d.reason }}'], empty: ['None.'] }] },
  ],
};
