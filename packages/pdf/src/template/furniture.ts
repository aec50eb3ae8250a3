import type { EvidenceReport } from '@evidence/contracts';
import type { ExpandedLine } from '@evidence/template';
import type { Content, ContentColumns } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { colour } from '../style.js';
import { furnitureSays } from './sentences.js';

/** The top of the header, and the top of our own foot below the content, in points. */
const HEADER_TOP = 20;
const FOOTER_TOP = 12;
/** The distance from either edge of the paper, independent of the template's margins. */
const SIDE = 42;
const FINE = { font: 'sans', fontSize: 6.6, color: colour.muted };
const CODE = { font: 'mono', fontSize: 5.8, color: colour.muted };
/** The limit of one slot in a margin line of the template: three lines of the widest letters, a third of the page wide. */
const SLOT_CHARS_MAX = 80;

/** The template's own line in the margin, in up to three equal parts. */
function marginLine(line: ExpandedLine, current: number, total: number): ContentColumns {
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
 * The footer of every page, independent of the template: the report, the digest of its data, that the complete data is
 * attached, and whether the key is a development key. It comes first below the content, on a band of paper colour drawn
 * after the content, so that nothing pushes it off the page or shows through it.
 */
export function footer(
  { report, dataSha256 }: { readonly report: EvidenceReport; readonly dataSha256: string },
  line: ExpandedLine | undefined,
  current: number,
  total: number,
): Content {
  const attached = furnitureSays.attached(report.tenant_slug, report.report_id);
  const development = report.signature.development_key ? furnitureSays.developmentKey : '';
  const body = [
    [
      { text: furnitureSays.data(report.report_id, dataSha256), ...CODE, colSpan: 2 },
      {},
      { text: furnitureSays.page(current, total), ...FINE, alignment: 'right' as const },
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
