import type { Content, ContentText } from 'pdfmake/interfaces.js';
import { oneLine, printable } from '../printable.js';
import { colour, contentWidth } from '../style.js';

/** Room below a heading, in points, for what it heads: a table's head and its first row. */
const KEPT_BELOW_HEADING = 90;

/** A chapter: in the contents and in the bookmarks. A long one starts on a page of its own. */
export function section(
  id: string,
  title: string,
  content: readonly Content[],
  { onNewPage }: { readonly onNewPage: boolean },
): Content[] {
  const chapter = { id, text: title, style: 'h1', tocItem: true, outline: true, outlineExpanded: true };
  return onNewPage
    ? [{ ...chapter, pageBreak: 'before' as const }, ...content]
    : [kept({ ...chapter, margin: [0, 26, 0, 8] as [number, number, number, number] }), ...content];
}

/** A heading in a chapter, in the bookmarks below it. */
export const heading = (chapterId: string, title: string): Content =>
  kept({
    text: printable(title),
    style: 'h2',
    outline: true,
    outlineText: oneLine(title),
    outlineParentId: chapterId,
  });

/**
 * A heading that does not stay behind at the foot of a page. pdfmake 0.3.11 has no "keep with next": the heading is kept
 * together with room below it, and the room is then given back. (Its `pageBreakBefore` lays the document out again for
 * each break.)
 */
const kept = (text: Content): Content => ({
  unbreakable: true,
  stack: [text, { text: '', fontSize: 0.1, margin: [0, 0, 0, KEPT_BELOW_HEADING] }],
  margin: [0, 0, 0, -KEPT_BELOW_HEADING],
});

export const paragraph = (text: ContentText['text']): ContentText => ({ text, style: 'body' });

/** A statement that must not be missed. */
export const callout = (content: readonly Content[], marginTop = 0): Content => ({
  table: { widths: [contentWidth - 24], body: [[{ stack: [...content] }]] },
  layout: {
    hLineWidth: () => 0,
    vLineWidth: (line) => (line === 0 ? 3 : 0),
    vLineColor: () => colour.accent,
    fillColor: () => colour.band,
    paddingLeft: () => 10,
    paddingRight: () => 10,
    paddingTop: () => 8,
    paddingBottom: () => 8,
  },
  margin: [0, marginTop, 0, 10],
});
