import type { Severity } from '@evidence/contracts';
import type { CanvasElement, Column, Content } from 'pdfmake/interfaces.js';
import { colour, severityColour } from '../style.js';
import { count, SEVERITIES, severityName } from './words.js';

const BAR_WIDTH = 150;
const BAR_HEIGHT = 11;

/** One bar a severity, longest for the most findings. Names and counts stand beside: colour carries nothing alone. */
export function severityChart(counts: Readonly<Partial<Record<Severity, number>>>): Content {
  const most = Math.max(1, ...Object.values(counts));
  return {
    table: {
      widths: [48, BAR_WIDTH, 44],
      body: SEVERITIES.map((severity) => {
        const n = counts[severity];
        const label = { text: severityName[severity], bold: n !== undefined && n > 0 };
        if (n === undefined) {
          return [{ ...label, style: 'muted' }, { text: 'not in scope', style: 'fine', margin: [0, 2, 0, 0] }, ''];
        }
        return [label, bar([[n / most, severityColour[severity]]]), { text: count(n), bold: true, alignment: 'right' }];
      }),
    },
    layout: 'noBorders',
  };
}

/** Shares of a whole, side by side: with findings (dark), clean (mid), not tested (outline only). */
export function coverageBar(finding: number, clean: number, notTested: number): Content {
  const total = Math.max(1, finding + clean + notTested);
  return bar([
    [finding / total, colour.accent],
    [clean / total, colour.accentLight],
  ]);
}

/** What the parts of a coverage bar mean. */
export const coverageLegend = (): Content => ({
  columns: [
    swatch(colour.accent),
    { width: 'auto', text: 'with findings', style: 'fine', margin: [0, 0, 14, 0] },
    swatch(colour.accentLight),
    { width: 'auto', text: 'clean: tested, nothing found', style: 'fine', margin: [0, 0, 14, 0] },
    swatch(undefined),
    { width: 'auto', text: 'not tested: nothing is known', style: 'fine' },
  ],
  columnGap: 4,
});

const swatch = (fill: string | undefined): Column => ({
  width: 9,
  canvas: [{ type: 'rect', x: 0.5, y: 1, w: 8, h: 7, lineWidth: 0.5, lineColor: colour.muted, ...filled(fill) }],
});

/** Widths are rounded to hundredths of a point, so that no platform's arithmetic shows in the bytes. */
function bar(parts: readonly (readonly [share: number, fill: string])[]): Content {
  const canvas: CanvasElement[] = [];
  let x = 0;
  for (const [share, fill] of parts) {
    const w = Math.round(share * BAR_WIDTH * 100) / 100;
    if (w > 0) canvas.push({ type: 'rect', x, y: 1, w, h: BAR_HEIGHT, color: fill });
    x += w;
  }
  canvas.push({ type: 'rect', x: 0, y: 1, w: BAR_WIDTH, h: BAR_HEIGHT, lineWidth: 0.5, lineColor: colour.rule });
  return { canvas };
}

const filled = (fill: string | undefined) => (fill === undefined ? {} : { color: fill });
