import { type EvidenceReport, SEVERITIES } from '@evidence/contracts';
import { counted, listed, sentence } from '../words.js';
import { severityName } from './names.js';

export const coverSays = {
  kind: 'EVIDENCE REPORT',
  labels: {
    tenant: 'Tenant',
    period: 'Period',
    endpoints: 'Endpoints',
    severities: 'Severities',
    frameworks: 'Frameworks',
    system: 'System',
    dataAsOf: 'Data as of',
    reportId: 'Report id',
    dataSha256: 'Data SHA-256',
    signedBy: 'Signing key',
  },
  all: 'All',
  contents: 'CONTENTS',
  developmentKey: 'Signed with a development key',
  developmentKeyMeans: 'No one vouches for this key. This report is a demonstration, not evidence for third parties.',
  /** At the foot of each page. */
  developmentKeyFoot: 'Development key: not evidence for third parties',
  notDescribed: 'Not described in the request',
} as const;

export const asOf = (instant: string, position: string): string => `${instant}, position ${position} in the event log`;

export const edition = (framework: string, edition: string): string => `${framework} · edition ${edition}`;

export const goTo = (chapter: string): string => `Go to ${chapter}`;

export const severitiesIn = (included: EvidenceReport['scope']['include_severities']): string =>
  included.length === SEVERITIES.length ? coverSays.all : listed(included.map((severity) => severityName[severity]));

export const periodOf = ({ from, to }: EvidenceReport['scope']): string => {
  if (from !== null && to !== null) return `${from} to ${to}, both days included (UTC)`;
  if (from !== null) return `From ${from} on (UTC)`;
  if (to !== null) return `Up to and including ${to} (UTC)`;
  return 'No limit';
};

export const manyEndpoints = (n: number): string => `${counted(n, 'endpoint')}, listed under “Scope and exclusions”`;

const riskClassName: Readonly<Record<NonNullable<EvidenceReport['system']['ai_act_risk_class']>, string>> = {
  prohibited: 'prohibited practice (Article 5)',
  high_risk_annex_i: 'high-risk under Annex I',
  high_risk_annex_iii: 'high-risk under Annex III',
  transparency: 'transparency duties only (Article 50)',
  minimal: 'minimal risk',
};

const generalPurposeName: Readonly<Record<NonNullable<EvidenceReport['system']['general_purpose']>, string>> = {
  none: 'not a general-purpose model',
  general_purpose: 'general-purpose model',
  systemic_risk: 'general-purpose model with systemic risk',
};

/** The system as the request describes it. */
export function systemOf({
  described,
  roles,
  ai_act_risk_class: riskClass,
  general_purpose: generalPurpose,
  assessment_date: date,
}: EvidenceReport['system']): string {
  if (!described) return coverSays.notDescribed;
  const parts = [
    ...(roles.length === 0 ? [] : [listed(roles)]),
    ...(riskClass === null ? [] : [riskClassName[riskClass]]),
    ...(generalPurpose === null ? [] : [generalPurposeName[generalPurpose]]),
    `assessed as of ${date}`,
  ];
  return sentence(parts.join(', '));
}
