import type { Severity } from '@evidence/contracts';

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
  medium: '#C27C17',
  low: '#86A6C8',
  info: '#C3CAD3',
};
