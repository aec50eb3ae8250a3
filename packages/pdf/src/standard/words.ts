import type { Basis, EvidenceReport, FindingStatus, Severity, Verdict } from '@evidence/contracts';

// Fixed formats: nothing here may ask the machine for its locale or time zone.

/** 12345 → `12,345`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** The contracts' null: the imported file does not say. */
export const countOrUnknown = (n: number | null): string => (n === null ? 'unknown' : count(n));

/** `1 finding`, `2 findings`. */
export const counted = (n: number, singular: string, plural = `${singular}s`): string =>
  `${count(n)} ${n === 1 ? singular : plural}`;

/** RFC 3339 in UTC → `2026-05-22 10:35:00 UTC`. */
export const instant = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

export const day = (at: string): string => at.slice(0, 10);

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `severity_not_included` → `Severity not included`. */
export const sentence = (slug: string): string => {
  const words = slug.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

export const severityName: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

export const statusName: Readonly<Record<FindingStatus, string>> = {
  open: 'Open',
  triaged: 'Triaged',
  fixed: 'Fixed',
  accepted: 'Risk accepted',
  false_positive: 'False positive',
};

export const verdictName: Readonly<Record<Verdict, string>> = {
  finding: 'Finding',
  finding_outside_scope: 'Outside scope',
  not_applicable: 'Not applicable',
  indicated: 'Indicated',
  clean: 'Clean',
  not_tested: 'Not tested',
};

/** Strongest first. */
export const bases: readonly { readonly basis: Basis; readonly meaning: string }[] = [
  { basis: 'direct', meaning: 'on the finding itself, as the scanner tagged it' },
  { basis: 'official', meaning: 'a framework’s publisher asserts the pair' },
  { basis: 'published', meaning: 'another named source asserts the pair' },
  { basis: 'derived', meaning: 'inferred and recommended in the crosswalk' },
];

export const periodOf = ({ from, to }: EvidenceReport['scope']): string => {
  if (from !== null && to !== null) return `${from} to ${to}, both days included (UTC)`;
  if (from !== null) return `From ${from} on (UTC)`;
  if (to !== null) return `Up to and including ${to} (UTC)`;
  return 'No limit';
};
