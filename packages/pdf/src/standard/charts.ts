import { type ReportFrameworkCoverage, SEVERITIES, type Severity } from '@evidence/contracts';
import { colour, severityColour } from '../style.js';
import { drawUnmarked, type Figure } from '../writer/blocks.js';
import type { ContentStream } from '../writer/content-stream.js';
import type { Shaper } from '../writer/text-pieces.js';
import { run } from './pack.js';
import { severityName } from './sentences/names.js';
import { controlsChart, severityChart as says } from './sentences/summary.js';
import { VERDICTS } from './sentences/verdicts.js';
import { LEADING, text } from './style.js';
import { drawVerdict, MARK_SIZE } from './verdict-marks.js';
import { count } from './words.js';

const BAR_WIDTH = 150;
const BAR_HEIGHT = 11;
const NAME_WIDTH = 50;
const COUNT_WIDTH = 44;
const ROW_HEIGHT = 16;
/** From one control's mark to the next, both ways. */
const PITCH = MARK_SIZE + 1.8;

/** One bar per severity, longest for the most findings. Names and counts are printed next to the bars, so the chart does not depend on colour. */
export function severityChart(counts: Readonly<Partial<Record<Severity, number>>>, shaper: Shaper): Figure {
  const most = Math.max(1, ...SEVERITIES.map((severity) => counts[severity] ?? 0));
  const draw = (content: ContentStream, x: number, top: number) => {
    const say = (words: string, style: typeof text.body, left: number, y: number, width: number, align?: 'right') =>
      drawUnmarked(
        content,
        shaper,
        { runs: [run(words, style)], leading: LEADING.tight, ...(align && { align }) },
        left,
        y,
        width,
      );
    SEVERITIES.forEach((severity, i) => {
      const y = top + i * ROW_HEIGHT;
      const n = counts[severity];
      const left = x + NAME_WIDTH;
      say(severityName[severity], n ? text.strong : { ...text.body, colour: colour.muted }, x, y + 1, NAME_WIDTH);
      if (n === undefined) {
        say(says.notInScope, text.fine, left, y + 3, BAR_WIDTH);
        return;
      }
      content.fill(left, y + 1, (n / most) * BAR_WIDTH, BAR_HEIGHT, severityColour[severity]);
      content.outline(left, y + 1, BAR_WIDTH, BAR_HEIGHT, colour.rule);
      say(count(n), text.strong, left + BAR_WIDTH, y + 1, COUNT_WIDTH, 'right');
    });
  };
  const width = NAME_WIDTH + BAR_WIDTH + COUNT_WIDTH;
  return { alt: says.alt(counts), width, height: SEVERITIES.length * ROW_HEIGHT, draw };
}

/** One mark per control, in the order of the verdicts, so that verdicts from direct evidence come first. */
export function controlMarks({ name, counts }: ReportFrameworkCoverage, width: number): Figure {
  const perLine = Math.floor(width / PITCH);
  const marks = VERDICTS.flatMap((verdict) => Array.from({ length: counts[verdict] }, () => verdict));
  return {
    alt: controlsChart(name, counts),
    width,
    height: Math.max(1, Math.ceil(marks.length / perLine)) * PITCH,
    above: 1,
    draw: (content, x, top) => {
      marks.forEach((verdict, i) => {
        drawVerdict(verdict, content, x + (i % perLine) * PITCH, top + Math.floor(i / perLine) * PITCH);
      });
    },
  };
}
