import type { PackTable, PackTemplate } from '@evidence/contracts';

/** Width and height in points, upright. */
const PAPER = { A4: [595.28, 841.89], A3: [841.89, 1190.55], LETTER: [612, 792], LEGAL: [612, 1008] } as const;

export const DEFAULT_MARGINS = { left: 42, top: 60, right: 42, bottom: 72 } as const;
export const DEFAULT_FONT_SIZE = 9;
export const DEFAULT_COLUMN_GAP = 12;

/** Between text and the edge of its cell, to the sides; the outer edges of a table without a grid have none. */
export const CELL_PADDING = 5;

/** The most that pdfmake indents a list, in sizes of the font; it depends on the marker. */
const LIST_INDENT = 3;

/** Letters of average width that a line must hold: shorter lines are unreadable and take pdfmake very long. */
const LETTERS_MIN = 6;

type Page = Pick<PackTemplate, 'pageSize' | 'pageOrientation' | 'pageMargins'>;

/** The width of the content of a page. */
export function contentWidth({ pageSize = 'A4', pageOrientation, pageMargins }: Page): number {
  const { left, right } = { ...DEFAULT_MARGINS, ...pageMargins };
  const [width, height] = PAPER[pageSize];
  return (pageOrientation === 'landscape' ? height : width) - left - right;
}

/** The widths with `*` resolved to even shares of the remaining width, never negative. */
export function sharesOf(widths: readonly (number | string)[], room: number): number[] {
  const fixed = widths.reduce<number>((sum, width) => sum + (typeof width === 'number' ? width : 0), 0);
  const elastic = widths.filter((width) => typeof width !== 'number').length;
  return widths.map((width) => (typeof width === 'number' ? width : Math.max(0, (room - fixed) / elastic)));
}

/** The width that a table leaves for the text of its cells, all columns together. */
export const tableRoom = ({ widths, layout }: Pick<PackTable, 'widths' | 'layout'>, room: number): number =>
  room - 2 * CELL_PADDING * (layout === 'grid' ? widths.length : widths.length - 1) - (layout === 'grid' ? 1 : 0);

export const columnsRoom = (columns: number, gap: number, room: number): number => room - gap * (columns - 1);

export const listRoom = (room: number, fontSize: number): number => room - LIST_INDENT * fontSize;

/** Whether a line of this width holds a few letters of the size. */
export const isRoomFor = (fontSize: number, room: number): boolean => room >= (LETTERS_MIN * fontSize) / 2;
