import type { Basis, EvidenceReport, FindingStatus, FrameworkSlug, Severity } from '@evidence/contracts';

// Fixed formats: nothing here may ask the machine for its locale or time zone.

/** 12345 → `12,345`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** The contracts’ null: the imported file does not say. */
export const countOrUnknown = (n: number | null): string => (n === null ? 'unknown' : count(n));

/** In a table: a number, or a dash for none. */
export const figure = (n: number): string => (n === 0 ? '–' : count(n));

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

/** As short as a column’s head; the full name is on the cover. */
export const shortFrameworkName: Readonly<Record<FrameworkSlug, string>> = {
  OWASP_LLM: 'OWASP LLM',
  OWASP_AGENTIC: 'OWASP Agentic',
  MITRE_ATLAS: 'MITRE ATLAS',
  NIST_AI_600_1: 'NIST AI 600-1',
  EU_AI_ACT: 'EU AI Act',
  ISO_42001: 'ISO 42001',
};

/** Strongest first. */
export const bases: readonly { readonly basis: Basis; readonly meaning: string }[] = [
  { basis: 'direct', meaning: 'The finding is tagged with the control.' },
  { basis: 'official', meaning: 'The publisher of a framework links the two controls.' },
  { basis: 'published', meaning: 'Another named source links the two controls.' },
  { basis: 'derived', meaning: 'The crosswalk infers the link.' },
];

export const periodOf = ({ from, to }: EvidenceReport['scope']): string => {
  if (from !== null && to !== null) return `${from} to ${to}, both days included (UTC)`;
  if (from !== null) return `From ${from} on (UTC)`;
  if (to !== null) return `Up to and including ${to} (UTC)`;
  return 'No limit';
};

/** At most so many UTF-16 code units of a text, where it is printed in full elsewhere. */
export const shortened = (words: string, most: number): string =>
  words.length <= most ? words : `${words.slice(0, most).trimEnd()} …`;

export const withoutStop = (words: string): string => words.replace(/\.+$/, '');
