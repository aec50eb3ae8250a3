import type { Severity } from '@evidence/contracts';

export const colour = {
  ink: '#16202E',
  muted: '#56616F',
  faint: '#9AA5B2',
  rule: '#C9D0D9',
  band: '#F2F4F7',
  accent: '#14365C',
  paper: '#FFFFFF',
} as const;

/** Dark to light from worst to least, so that the order survives a black-and-white print; the name is always printed too. */
export const severityColour: Readonly<Record<Severity, string>> = {
  critical: '#6B0F1A',
  high: '#B23A0E',
  medium: '#C27C17',
  low: '#86A6C8',
  info: '#C3CAD3',
};
