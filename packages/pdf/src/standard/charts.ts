import type { ReportFrameworkCoverage, Severity } from '@evidence/contracts';
import { colour, severityColour } from '../style.js';
import { drawUnmarked, type Figure } from '../writer/blocks.js';
import type { ContentStream } from '../writer/content-stream.js';
import type { Shaper } from '../writer/text-pieces.js';
import { run } from './pack.js';
import { LEADING, text } from './style.js';
import { count, SEVERITIES, severityName } from './words.js';

const BAR_WIDTH = 150;
const BAR_HEIGHT = 11;
const NAME_WIDTH = 50;
const COUNT_WIDTH = 44;
const ROW_HEIGHT = 16;

/** One bar a severity, longest for the most findings. Names and counts stand beside: colour carries nothing alone. */
export function severityChart(counts: Readonly<Partial<Record<Severity, number>>>, shaper: Shaper): Figure {
  const most = Math.max(1, ...SEVERITIES.map((severity) => counts[severity] ?? 0));
  const said = SEVERITIES.map((severity) => `${severityName[severity]}: ${counts[severity] ?? 'not in scope'}`);
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
        say('not in scope', text.fine, left, y + 3, BAR_WIDTH);
        return;
      }
      bar(content, left, y + 1, [[n / most, severityColour[severity]]]);
      say(count(n), text.strong, left + BAR_WIDTH, y + 1, COUNT_WIDTH, 'right');
    });
  };
  const width = NAME_WIDTH + BAR_WIDTH + COUNT_WIDTH;
  return { alt: `Open findings by severity. ${said.join(', ')}.`, width, height: SEVERITIES.length * ROW_HEIGHT, draw };
}

/** Shares of a whole, side by side: with findings (dark), clean (mid), everything else (outline only). */
export function coverageBar({ controls, finding, clean, ...others }: ReportFrameworkCoverage['counts']): Figure {
  const total = Math.max(1, controls);
  return {
    alt:
      `${finding} controls with findings, ${others.finding_outside_scope} outside the scope, ${others.not_applicable} not applicable, ` +
      `${others.indicated} indicated, ${clean} clean, ${others.not_tested} not tested`,
    width: BAR_WIDTH,
    height: BAR_HEIGHT + 1,
    draw: (content, x, top) =>
      bar(content, x, top, [
        [finding / total, colour.accent],
        [clean / total, colour.accentLight],
      ]),
  };
}

/** What the parts of a coverage bar mean. */
export function coverageLegend(shaper: Shaper): Figure {
  const parts: readonly (readonly [fill: string | undefined, says: string, width: number])[] = [
    [colour.accent, 'with findings', 70],
    [colour.accentLight, 'clean: tested, nothing found', 114],
    [undefined, 'neither', 120],
  ];
  return {
    alt: 'Legend: a dark part stands for controls with findings, a lighter one for clean, an empty one for neither',
    width: 304,
    height: 10,
    above: 6,
    draw: (content, left, top) => {
      let x = left;
      for (const [fill, says, width] of parts) {
        if (fill) content.fill(x, top + 1, 8, 7, fill);
        content.outline(x, top + 1, 8, 7, colour.muted);
        drawUnmarked(content, shaper, { runs: [run(says, text.fine)], leading: LEADING.tight }, x + 12, top + 1, width);
        x += width;
      }
    },
  };
}

function bar(
  content: ContentStream,
  left: number,
  top: number,
  parts: readonly (readonly [share: number, fill: string])[],
): void {
  let x = left;
  for (const [share, fill] of parts) {
    const width = share * BAR_WIDTH;
    if (width > 0) content.fill(x, top, width, BAR_HEIGHT, fill);
    x += width;
  }
  content.outline(left, top, BAR_WIDTH, BAR_HEIGHT, colour.rule);
}
