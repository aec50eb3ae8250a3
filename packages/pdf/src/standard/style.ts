import { colour } from '../style.js';
import type { TableLook } from '../writer/table.js';
import type { TextStyle } from '../writer/text-pieces.js';

const style = (font: TextStyle['font'], size: number, ink: string = colour.ink): TextStyle => ({
  font,
  size,
  colour: ink,
});

/** One scale: 28 · 17 · 13 · 11 · 9 · 8 · 7; code is a little smaller because its letters are wider. */
export const text = {
  h1: style('sansBold', 17, colour.accent),
  h2: style('sansBold', 11),
  lead: style('sansBold', 11),
  figure: style('sansBold', 13, colour.accent),
  body: style('sans', 9),
  strong: style('sansBold', 9),
  small: style('sans', 8),
  smallMuted: style('sans', 8, colour.muted),
  smallStrong: style('sansBold', 8),
  smallItalic: style('sansItalic', 8, colour.muted),
  findingTitle: style('sansBold', 9),
  label: style('sansBold', 7, colour.muted),
  fine: style('sans', 7, colour.muted),
  /** Fine print that is evidence, not comment. */
  fineInk: style('sans', 7),
  fineStrong: style('sansBold', 7),
  fineItalic: style('sansItalic', 7, colour.muted),
  code: style('mono', 7),
  bodyCode: style('mono', 8.5),
  ref: style('mono', 6.6),
  refMuted: style('mono', 6.6, colour.muted),
  codeFine: style('mono', 6.2, colour.muted),
} as const satisfies Readonly<Record<string, TextStyle>>;

export const LEADING = { tight: 1.15, normal: 1.3 } as const;

export const margins = { left: 42, top: 66, right: 42, bottom: 54 } as const;

export const tableLook: TableLook = {
  gap: 10,
  padding: 3.2,
  head: (title, align) => ({
    runs: [{ text: title.toUpperCase(), style: text.label }],
    tag: 'P',
    leading: LEADING.tight,
    ...(align && { align }),
  }),
  headRule: { thickness: 0.8, colour: colour.accent },
  rowRule: { thickness: 0.4, colour: colour.rule },
};
