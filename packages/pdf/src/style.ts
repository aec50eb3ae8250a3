import type { Severity } from '@evidence/contracts';
import type { StyleDictionary } from 'pdfmake/interfaces.js';

/** A4 portrait, in points. */
export const page = { width: 595.28, margin: { left: 42, top: 66, right: 42, bottom: 54 } } as const;
export const contentWidth = page.width - page.margin.left - page.margin.right;

export const colour = {
  ink: '#16202E',
  muted: '#56616F',
  rule: '#C9D0D9',
  band: '#F2F4F7',
  accent: '#14365C',
  accentLight: '#8FA9C7',
  paper: '#FFFFFF',
} as const;

/** Dark to light from worst to least, so that the order survives a black-and-white print; a name stands beside each. */
export const severityColour: Readonly<Record<Severity, string>> = {
  critical: '#6B0F1A',
  high: '#B23A0E',
  medium: '#D08A1B',
  low: '#86A6C8',
  info: '#C3CAD3',
};

/** One scale: 28 · 17 · 11 · 9 · 7.6 · 6.6. */
export const styles: StyleDictionary = {
  h1: { fontSize: 17, bold: true, color: colour.accent, margin: [0, 0, 0, 8] },
  h2: { fontSize: 11, bold: true, color: colour.ink, margin: [0, 16, 0, 5] },
  lead: { fontSize: 11, lineHeight: 1.25, margin: [0, 0, 0, 10] },
  body: { lineHeight: 1.3, margin: [0, 0, 0, 6] },
  label: { fontSize: 6.6, bold: true, color: colour.muted, characterSpacing: 0.4 },
  small: { fontSize: 7.6 },
  fine: { fontSize: 6.6, color: colour.muted },
  code: { font: 'mono', fontSize: 6.8 },
  ref: { font: 'mono', fontSize: 6.2 },
  codeFine: { font: 'mono', fontSize: 5.8, color: colour.muted },
  basis: { font: 'sans', fontSize: 6.6, bold: true },
  notTested: { font: 'sans', fontSize: 7.6, bold: true },
  strong: { bold: true },
  muted: { color: colour.muted },
  escape: { font: 'mono', fontSize: 6.2, color: colour.muted },
};
