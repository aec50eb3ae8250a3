import type { EvidenceReport } from '@evidence/contracts';
import { contentWidth, DEFAULT_FONT_SIZE, DEFAULT_MARGINS, type Expanded } from '@evidence/template';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { DocumentProperties } from '../document-properties.js';
import { colour } from '../style.js';
import { footer, header } from './furniture.js';
import { Parts } from './parts.js';

/** The expanded template for pdfmake, which modifies its input: make a new one for each render. */
export function templateDefinition(
  expanded: Expanded,
  report: EvidenceReport,
  properties: DocumentProperties,
): TDocumentDefinitions {
  const { pageSize = 'A4', pageOrientation = 'portrait', styles = {}, header: head, footer: foot } = expanded;
  const { left, top, right, bottom } = { ...DEFAULT_MARGINS, ...expanded.pageMargins };
  const stated = { report, dataSha256: properties.dataSha256 };
  return {
    pageSize,
    pageOrientation,
    pageMargins: [left, top, right, bottom],
    version: '1.7',
    subset: 'PDF/A-3b',
    language: 'en-GB',
    displayTitle: true,
    info: properties.info,
    // For escapes of characters without a glyph (printable.ts). The template's own styles are resolved where they are used.
    styles: { escape: { font: 'mono', fontSize: 6.2, color: colour.muted } },
    defaultStyle: { font: 'sans', fontSize: DEFAULT_FONT_SIZE, color: colour.ink, lineHeight: 1.12 },
    ...(head && { header: (current: number, total: number) => header(head, current, total) }),
    footer: (current, total) => footer(stated, foot, current, total),
    content: new Parts(styles).all(expanded.content, contentWidth(expanded)),
  };
}
