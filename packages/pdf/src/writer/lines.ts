import { inVisualOrder, type Piece, type Run, type Shaper } from './text-pieces.js';

/** One line of a paragraph, its pieces from left to right. */
export interface Line {
  readonly pieces: readonly Piece[];
  /** Points, all three. */
  readonly width: number;
  readonly height: number;
  /** From the top of the line down to the baseline. */
  readonly baseline: number;
}

/** The baseline in the em square of IBM Plex Sans, from its top. */
const BASELINE = 0.8;

const IDEOGRAPHIC = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
/** Lines may break after any Han, kana or hangul character, but not before punctuation (UAX #14, classes ID and CL). */
const PARTS = new RegExp(`[${IDEOGRAPHIC}][\\p{P}\\p{M}ー]*|[^${IDEOGRAPHIC}]+`, 'gu');
const IS_IDEOGRAPHIC = new RegExp(`[${IDEOGRAPHIC}]`, 'u');

interface Word {
  readonly pieces: Piece[];
  width: number;
  readonly isSpace: boolean;
}

/**
 * Breaks a paragraph at spaces, and a word that is wider than the line anywhere. `leading` is the distance of lines as
 * a multiple of the largest size in them.
 */
export function breakLines(shaper: Shaper, given: readonly Run[], width: number, leading: number): Line[] {
  const whole = shaper.oneLine(given);
  const wholeWidth = whole?.reduce((total, piece) => total + piece.width, 0) ?? 0;
  if (whole && wholeWidth <= width) return [lineOf(whole, wholeWidth, leading)];
  const lines: Line[] = [];
  let pieces: Piece[] = [];
  let used = 0;
  let space: Word | undefined;
  const end = () => {
    lines.push(lineOf(pieces, used, leading));
    pieces = [];
    used = 0;
    space = undefined;
  };
  const add = (word: Word) => {
    if (space && pieces.length > 0) {
      pieces.push(...space.pieces);
      used += space.width;
    }
    space = undefined;
    pieces.push(...word.pieces);
    used += word.width;
  };
  for (const word of words(shaper, shaper.visible(given))) {
    if (word.isSpace) {
      space = word;
      continue;
    }
    if (pieces.length > 0 && used + (space?.width ?? 0) + word.width > width) end();
    if (word.width <= width) {
      add(word);
      continue;
    }
    for (const part of cut(shaper, word)) {
      if (pieces.length > 0 && used + part.width > width) end();
      add(part);
    }
  }
  if (pieces.length > 0 || lines.length === 0) end();
  return lines;
}

/** Words and the spaces between them; the style may change inside a word. */
function* words(shaper: Shaper, runs: readonly Run[]): Generator<Word> {
  const levels = shaper.levelsOf(runs.map(({ text }) => text).join(''));
  let word: Word | undefined;
  let offset = 0;
  for (const run of runs) {
    let at = 0;
    for (const text of run.isUnbroken ? [run.text] : run.text.split(/( +)/)) {
      const own = levels?.subarray(offset + at, offset + at + text.length);
      at += text.length;
      if (text === '') continue;
      if (text.startsWith(' ') && !run.isUnbroken) {
        if (word) yield word;
        word = undefined;
        yield extended({ pieces: [], width: 0, isSpace: true }, shaper.pieces(run, ' ', own?.subarray(0, 1)));
      } else if (IS_IDEOGRAPHIC.test(text)) {
        for (const { 0: part, index } of text.matchAll(PARTS)) {
          if (word) yield word;
          const levelsOfPart = own?.subarray(index, index + part.length);
          word = extended({ pieces: [], width: 0, isSpace: false }, shaper.pieces(run, part, levelsOfPart));
        }
      } else {
        word = extended(word ?? { pieces: [], width: 0, isSpace: false }, shaper.pieces(run, text, own));
      }
    }
    offset += run.text.length;
  }
  if (word) yield word;
}

function extended(word: Word, pieces: readonly Piece[]): Word {
  for (const piece of pieces) {
    word.pieces.push(piece);
    word.width += piece.width;
  }
  return word;
}

function* cut(shaper: Shaper, word: Word): Generator<Word> {
  for (const { run, text, level } of word.pieces) {
    for (const cluster of shaper.cuttable(text)) {
      const levels = level === 0 ? undefined : new Uint8Array(cluster.length).fill(level);
      yield extended({ pieces: [], width: 0, isSpace: false }, shaper.pieces(run, cluster, levels));
    }
  }
}

/** From the top of a line of one size down to its baseline, in points. */
export const baselineOf = (size: number, leading: number): number => size * (BASELINE + (leading - 1) / 2);

function lineOf(pieces: readonly Piece[], width: number, leading: number): Line {
  const size = pieces.reduce((largest, { style }) => Math.max(largest, style.size), 0);
  const ordered = joined(pieces.some(({ level }) => level > 0) ? inVisualOrder(pieces) : pieces);
  return { pieces: ordered, width, height: size * leading, baseline: baselineOf(size, leading) };
}

/** Adjacent pieces of one run and face become one piece, and so one operator. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    const joins =
      last?.codes !== undefined && piece.codes !== undefined && last.face === piece.face && last.run === piece.run;
    if (joins) {
      result[result.length - 1] = {
        ...last,
        text: last.text + piece.text,
        width: last.width + piece.width,
        codes: last.codes! + piece.codes!,
      };
    } else result.push(piece);
  }
  return result;
}
