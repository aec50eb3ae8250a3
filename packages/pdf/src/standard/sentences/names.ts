import type { FindingStatus, FrameworkSlug, Severity } from '@evidence/contracts';

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
