import type { Content, ContentText } from 'pdfmake/interfaces.js';
import { oneLine, printable } from '../printable.js';
import { colour, contentWidth } from '../style.js';

/** A chapter: on a page of its own, in the contents and in the bookmarks. */
export function section(id: string, title: string, content: readonly Content[]): Content[] {
  const heading = {
    id,
    text: title,
    style: 'h1',
    tocItem: true,
    outline: true,
    outlineExpanded: true,
    pageBreak: 'before' as const,
  };
  return [heading, ...content];
}

/** A heading in a chapter, in the bookmarks below it. */
export const heading = (chapterId: string, title: string): ContentText => ({
  text: printable(title),
  style: 'h2',
  outline: true,
  outlineText: oneLine(title),
  outlineParentId: chapterId,
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
