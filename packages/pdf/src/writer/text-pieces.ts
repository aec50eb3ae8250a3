import { utf16Hex } from '@evidence/verify/formats';
import bidiModule, { type Bidi } from 'bidi-js';
import { escaped, INVISIBLE, LINE_SPACE } from '../unprintable.js';
import type { FontFace, ShapedGlyph } from './font-face.js';
import type { FontName, FontSet } from './font-set.js';
import { number } from './syntax.js';

export interface TextStyle {
  readonly font: FontName;
  /** Points. */
  readonly size: number;
  /** `#RRGGBB`. */
  readonly colour: string;
}

export type Link =
  | { readonly url: string; readonly says: string }
  | { readonly destination: string; readonly says: string };

/** Text of one style. `link` makes it a link; no line ends inside an unbroken one, unless it is wider than the line. */
export interface Run {
  readonly text: string;
  readonly style: TextStyle;
  readonly isUnbroken?: boolean;
  /** Its Han characters are shown in the Chinese face. Set by the shaper, from the whole text. */
  readonly isChinese?: boolean;
  readonly link?: Link | undefined;
}

/** Glyphs that are shown together: one face, one style, one direction, no line break inside. */
export interface Piece {
  readonly run: Run;
  readonly face: FontFace;
  readonly style: TextStyle;
  /** Logical order. */
  readonly text: string;
  /** Points. */
  readonly width: number;
  /** Glyph codes, escaped, if the glyphs need no positioning, so that adjacent pieces can be joined. */
  readonly codes?: string;
  /** Operators that show glyphs which do need positioning (PDF, 9.4). */
  readonly operators?: string;
  /** Embedding level (UAX #9): odd runs from right to left. */
  readonly level: number;
}

// Its CommonJS module is the factory itself (1.1.0), although its types declare a member for it.
const bidi = (bidiModule as unknown as () => Bidi)();

/** ASCII, Latin-1 and the punctuation of our own sentences: normalised, visible, and in every face. */
const PLAIN = /^[\x20-\x7e\xa1-\xac\xae-\xff\u2013\u2019\u201c\u201d\u2022]*$/;
/** Scripts whose letters join, stack or reorder: OpenType shaping (GSUB, GPOS) decides their glyphs. */
const SHAPED =
  /[\p{Script_Extensions=Arabic}\p{Script_Extensions=Hebrew}\p{Script_Extensions=Thai}\p{Script_Extensions=Devanagari}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Mn}]/u;
/** Joiners belong to emoji sequences and to Arabic and Devanagari words; anywhere else they are invisible. */
const JOINERS =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}])(?:\u200c|\u200d)(?=[\p{Script=Arabic}\p{Script=Devanagari}])/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
const GRAPHEME_EXTENDER = /\p{M}|\p{Emoji_Modifier}|\u200c|\u200d/u;

/** How a character without a glyph is shown: `[U+1F6A8]`, in a style that no text of a report can have. */
const escapeStyle = (style: TextStyle): TextStyle => ({ font: 'mono', size: style.size * 0.82, colour: '#56616F' });

/** Turns words into pieces that can be measured and shown. */
export class Shaper {
  constructor(private readonly fonts: FontSet) {}

  /** The runs of a paragraph as they will be shown: white space is one space, and every character is visible. */
  visible(runs: readonly Run[]): Run[] {
    return runs.flatMap((run) => (PLAIN.test(run.text) ? run : this.#visible(run)));
  }

  /** The runs on one line, if they need no shaping; undefined otherwise. */
  oneLine(runs: readonly Run[]): Piece[] | undefined {
    const pieces: Piece[] = [];
    for (const run of runs) {
      const piece = PLAIN.test(run.text) && !run.text.includes('  ') ? this.#simple(run, run.text) : undefined;
      if (piece === undefined) return undefined;
      pieces.push(piece);
    }
    return pieces;
  }

  /** The embedding levels of a text, or undefined if all of it runs from left to right. */
  levelsOf(text: string): Uint8Array | undefined {
    return RIGHT_TO_LEFT.test(text) ? bidi.getEmbeddingLevels(text, 'ltr').levels : undefined;
  }

  /** Pieces of one word, or of one space, all of one run. `levels` are of its characters. */
  pieces(run: Run, text: string, levels?: Uint8Array): Piece[] {
    const simple = levels === undefined && !SHAPED.test(text) ? this.#simple(run, text) : undefined;
    if (simple) return [simple];
    return this.#segments(run, text, levels).map((segment) =>
      segment.level % 2 === 1 || SHAPED.test(segment.text) ? shaped(run, segment) : plain(run, segment),
    );
  }

  /** The width of a text on one line, in points. */
  widthOf(run: Run): number {
    return this.pieces(run, run.text).reduce((total, { width }) => total + width, 0);
  }

  /** Where a word that is wider than its line may be split: not before a mark. */
  cuttable(text: string): string[] {
    const clusters: string[] = [];
    for (const character of text) {
      const joined = clusters.length > 0 && (GRAPHEME_EXTENDER.test(character) || clusters.at(-1)!.endsWith('\u200d'));
      if (joined) clusters.push(`${clusters.pop()}${character}`);
      else clusters.push(character);
    }
    return clusters;
  }

  #visible(run: Run): Run[] {
    const text = run.text.toWellFormed().normalize('NFC').replace(LINE_SPACE, ' ');
    const joiners = new Set([...text.matchAll(JOINERS)].map(({ index }) => index));
    const isChinese = this.fonts.isChinese(text);
    const runs: Run[] = [];
    let shown = '';
    const flush = () => {
      if (shown !== '') runs.push({ ...run, text: shown, isChinese });
      shown = '';
    };
    let at = 0;
    for (const character of text) {
      const codePoint = character.codePointAt(0)!;
      const isVisible = !INVISIBLE.test(character) && this.fonts.faceFor(run.style.font, codePoint) !== undefined;
      // A variation selector chooses the emoji's style; it has no glyph of its own.
      if (isVisible || joiners.has(at) || (codePoint === 0xfe0f && shown !== '')) shown += character;
      else {
        flush();
        runs.push({ ...run, text: escaped(codePoint), style: escapeStyle(run.style) });
      }
      at += character.length;
    }
    flush();
    return runs;
  }

  /** The whole text in the wanted face, glyph by glyph; undefined if the face lacks a character. */
  #simple(run: Run, text: string): Piece | undefined {
    const face = this.fonts.face(run.style.font);
    const measured = face.measure(text);
    if (measured === undefined) return undefined;
    const width = (measured.advance * run.style.size) / 1000;
    return { run, face, style: run.style, text, width, codes: measured.codes, level: 0 };
  }

  /** Stretches of one face and one level. A mark or a joiner stays with the letter before it, if its face has it. */
  #segments(run: Run, text: string, levels: Uint8Array | undefined): Segment[] {
    const segments: Segment[] = [];
    let at = 0;
    for (const character of text) {
      const codePoint = character.codePointAt(0)!;
      const level = levels?.[at] ?? 0;
      const last = segments.at(-1);
      const stays =
        last !== undefined && (GRAPHEME_EXTENDER.test(character) || character === ' ') && last.face.has(codePoint);
      const face = stays ? last.face : (this.fonts.faceFor(run.style.font, codePoint, run.isChinese) ?? last?.face);
      if (face === undefined) throw new Error(`no font has U+${codePoint.toString(16)}, which must have been escaped`);
      if (last && last.face === face && last.level === level) last.text += character;
      else segments.push({ face, level, text: character });
      at += character.length;
    }
    return segments;
  }
}

interface Segment {
  readonly face: FontFace;
  readonly level: number;
  text: string;
}

function plain(run: Run, { face, text, level }: Segment): Piece {
  const glyphs = [...text].map((character) => face.glyphOf(character.codePointAt(0)!));
  const advance = glyphs.reduce((total, glyph) => total + face.advanceOf(glyph), 0);
  const width = (advance * run.style.size) / 1000;
  return { run, face, style: run.style, text, width, codes: glyphs.map((glyph) => face.codeOf(glyph)).join(''), level };
}

/** Glyphs with advances and offsets of their own: TJ moves by thousandths against the direction, Ts lifts. */
function shaped(run: Run, { face, text, level }: Segment): Piece {
  const { size } = run.style;
  const show = ({ glyph, advance, xOffset, yOffset }: ShapedGlyph) => {
    const after = face.advanceOf(glyph) + xOffset - advance;
    const lift = yOffset === 0 ? '' : `${number((yOffset * size) / 1000)} Ts `;
    return `${lift}[${spacing(-xOffset)}(${face.codeOf(glyph)})${spacing(after)}]TJ ${lift && '0 Ts '}`;
  };
  /** A reader takes the box of a letter from its first and last glyph, so a blank glyph is placed where the letter begins. */
  const over = (cluster: readonly ShapedGlyph[]) =>
    `[(${face.codeOf(face.anchor)})${face.advanceOf(face.anchor)}]TJ ${cluster.map(show).join('')}`;
  const glyphs = face.shape(inReadingOrder(text, level));
  const width = (glyphs.reduce((total, { advance }) => total + advance, 0) * size) / 1000;
  const operators =
    level % 2 === 0
      ? withText(text, glyphs.map(show).join(''))
      : clusters(glyphs)
          .map((cluster) => (cluster.length === 1 ? show(cluster[0]!) : withText(textOf(cluster), over(cluster))))
          .join('');
  return { run, face, style: run.style, text, width, operators, level };
}

/**
 * Shaped glyphs carry their characters along (ISO 32000-1, 14.9.4), because their number and order differ from the text. From
 * right to left only letter by letter, because readers reverse such text themselves (poppler 22.12).
 */
const withText = (text: string, operators: string): string =>
  `/Span<</ActualText<FEFF${utf16Hex(text)}>>>BDC ${operators}EMC `;

/** The glyphs run from left to right, so the text is reversed. */
const textOf = (cluster: readonly ShapedGlyph[]): string =>
  cluster
    .toReversed()
    .map(({ text }) => text)
    .join('');

/** From right to left, dots and marks come before their letter. */
function clusters(glyphs: readonly ShapedGlyph[]): ShapedGlyph[][] {
  const found: ShapedGlyph[][] = [];
  let open: ShapedGlyph[] = [];
  for (const glyph of glyphs) {
    open.push(glyph);
    if (DOTS_AND_MARKS.test(glyph.text)) continue;
    found.push(open);
    open = [];
  }
  return open.length === 0 ? found : [...found, open];
}

const DOTS_AND_MARKS = /^\p{M}*$/u;

const spacing = (thousandths: number): string => (Math.abs(thousandths) < 0.5 ? '' : String(Math.round(thousandths)));

/** From right to left, brackets are mirrored. fontkit reverses Arabic and Hebrew itself, but nothing else. */
function inReadingOrder(text: string, level: number): string {
  if (level % 2 === 0) return text;
  const characters = [...text].map((character) => bidi.getMirroredCharacter(character) ?? character);
  return (RIGHT_TO_LEFT.test(text) ? characters : characters.reverse()).join('');
}

/** The pieces of a line from left to right (UAX #9, rule L2). */
export function inVisualOrder(pieces: readonly Piece[]): Piece[] {
  const ordered = [...pieces];
  const highest = Math.max(0, ...ordered.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      if (ordered[start]!.level < level) continue;
      let end = start;
      while (end < ordered.length && ordered[end]!.level >= level) end++;
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered;
}
