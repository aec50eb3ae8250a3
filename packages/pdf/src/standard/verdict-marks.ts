import type { Verdict } from '@evidence/contracts';
import { colour } from '../style.js';
import type { Mark, Paragraph } from '../writer/blocks.js';
import type { ContentStream, Pen, Point } from '../writer/content-stream.js';
import { paragraph, run } from './pack.js';
import { verdictName } from './sentences/verdicts.js';
import { text } from './style.js';

/** The size of a mark, in points. */
export const MARK_SIZE = 6;
const GAP = 5;

const DARK: Pen = { thickness: 0.7, colour: colour.accent };
const LIGHT: Pen = { thickness: 0.6, colour: colour.muted };
const FAINT: Pen = { thickness: 0.5, colour: colour.faint };

type Draw = (content: ContentStream, x: number, y: number, size: number) => void;

/**
 * One shape per verdict, so that none depends on colour. Only verdicts that a scanner’s tag supports are filled; the less is known, the lighter the mark.
 * `x` and `y` are the top left corner of a square of `size`.
 */
const DRAWINGS: Readonly<Record<Verdict, Draw>> = {
  finding: (content, x, y, size) => content.fill(x, y, size, size, colour.accent),
  finding_outside_scope: (content, x, y, size) => {
    content.fill(x, y, size / 2, size, colour.accent);
    content.shape(square(x + 0.35, y + 0.35, size - 0.7), { pen: DARK });
  },
  not_applicable: (content, x, y, size) =>
    content.rule(x + 1, y + size / 2, size - 2, LIGHT.thickness * 1.5, LIGHT.colour),
  indicated: (content, x, y, size) => content.shape(diamond(x, y, size), { pen: LIGHT }),
  clean: (content, x, y, size) =>
    content.shape(
      [
        [x + 0.4, y + size * 0.55],
        [x + size * 0.38, y + size * 0.9],
        [x + size - 0.2, y + size * 0.1],
      ],
      { pen: { thickness: 1, colour: colour.accent } },
    ),
  partly_tested: (content, x, y, size) => {
    content.circle(x + size / 2, y + size / 2, size * 0.42, LIGHT);
    content.rule(x + 1.4, y + size / 2, size - 2.8, LIGHT.thickness, LIGHT.colour);
  },
  not_tested: (content, x, y, size) => content.circle(x + size / 2, y + size / 2, size * 0.34, FAINT),
};

const square = (x: number, y: number, size: number): readonly Point[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

function diamond(x: number, y: number, size: number): readonly Point[] {
  const half = size / 2;
  return [
    [x + half, y],
    [x + size, y + half],
    [x + half, y + size],
    [x, y + half],
    [x + half, y],
  ];
}

export const drawVerdict = (verdict: Verdict, content: ContentStream, x: number, y: number): void =>
  DRAWINGS[verdict](content, x, y, MARK_SIZE);

/** The mark of a verdict, for a paragraph whose text is `size` points high. */
export const verdictMark = (verdict: Verdict, size: number): Mark => ({
  width: MARK_SIZE + GAP,
  draw: (content, x, top) => drawVerdict(verdict, content, x, top + size * 0.58 - MARK_SIZE / 2),
});

/** Stronger type for stronger evidence. */
const STYLES: Readonly<Record<Verdict, Paragraph['runs'][number]['style']>> = {
  finding: text.smallStrong,
  finding_outside_scope: text.small,
  not_applicable: text.smallMuted,
  indicated: text.smallItalic,
  clean: text.small,
  partly_tested: text.smallItalic,
  not_tested: text.smallMuted,
};

export const verdictParagraph = (verdict: Verdict): Paragraph =>
  paragraph([run(verdictName[verdict], STYLES[verdict])], { mark: verdictMark(verdict, text.small.size) });
