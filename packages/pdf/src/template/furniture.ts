import type { EvidenceReport } from '@evidence/contracts';
import type { ExpandedLine } from '@evidence/template';
import type { Content, ContentColumns } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { colour } from '../style.js';

/** Where the header begins, and where what each page says begins below the content, in points. */
const HEADER_TOP = 20;
const FOOTER_TOP = 12;
/** From either edge of the paper, whatever the template's margins are. */
const SIDE = 42;
const FINE = { font: 'sans', fontSize: 6.6, color: colour.muted };
const CODE = { font: 'mono', fontSize: 5.8, color: colour.muted };
/** Of one slot in a line of the template: three lines of the widest letters, a third of the page wide. */
const SLOT_CHARS_MAX = 80;

/** The template's own line in the margin, in up to three equal parts. */
export function marginLine(line: ExpandedLine, current: number, total: number): ContentColumns {
  const columns = (['left', 'center', 'right'] as const)
    .filter((slot) => line[slot] !== undefined)
    .map((alignment) => {
      const said = (line[alignment] ?? []).map((part) =>
        typeof part === 'string' ? part : String(part.page === 'number' ? current : total),
      );
      return { text: printable(cut(said.join(''))), alignment, width: '*' as const };
    });
  return { columns, columnGap: 12, ...FINE };
}

export const header = (line: ExpandedLine, current: number, total: number): Content => ({
  ...marginLine(line, current, total),
  margin: [SIDE, HEADER_TOP, SIDE, 0],
});

/**
 * What every page says, whatever the template says: which report, the digest of its data, that the data is complete
 * elsewhere, and whether the key is a development key. It stands first below the content, over a band of paper colour
 * that is drawn after the content, so that nothing pushes it off the page or shows through it.
 */
export function footer(
  { report, dataSha256 }: { readonly report: EvidenceReport; readonly dataSha256: string },
  line: ExpandedLine | undefined,
  current: number,
  total: number,
): Content {
  const attached = `Laid out by a template of ${report.tenant_slug}. The complete data is attached: ${report.report_id}.json`;
  const development = report.signature.development_key ? 'Development key: not evidence for anyone else' : '';
  const body = [
    [
      { text: `${report.report_id} · data sha256:${dataSha256}`, ...CODE, colSpan: 2 },
      {},
      { text: `Page ${current} of ${total}`, ...FINE, alignment: 'right' as const },
    ],
    [
      { text: attached, ...FINE },
      { text: development, ...FINE, bold: true, alignment: 'right' as const, colSpan: 2 },
      {},
    ],
  ];
  return {
    stack: [
      { table: { widths: ['*', 90, 60], body }, layout: BAND },
      ...(line
        ? [{ ...marginLine(line, current, total), margin: [0, 4, 0, 0] as [number, number, number, number] }]
        : []),
    ],
    margin: [SIDE, FOOTER_TOP, SIDE, 0],
  };
}

const BAND = {
  hLineWidth: (row: number) => (row === 0 ? 0.4 : 0),
  vLineWidth: () => 0,
  hLineColor: () => colour.rule,
  fillColor: () => colour.paper,
  paddingLeft: () => 0,
  paddingRight: () => 0,
  paddingTop: (row: number) => (row === 0 ? 3 : 0),
  paddingBottom: () => 1,
};

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= SLOT_CHARS_MAX ? text : `${characters.slice(0, SLOT_CHARS_MAX - 1).join('')}…`;
}
