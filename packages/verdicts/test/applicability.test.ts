import type { SystemProfile } from '@evidence/contracts';
import type { Applicability } from '@evidence/frameworks';
import { describe, expect, it } from 'vitest';
import { applicabilityOf, statedApplicability, whyNotApplicable } from '../src/applicability.js';

/** Like Article 15 in the consolidated AI Act. */
const HIGH_RISK: Applicability = {
  roles: ['provider'],
  riskClasses: ['high-risk-annex-i', 'high-risk-annex-iii'],
  appliesFrom: [
    { date: '2027-12-02', riskClass: 'high-risk-annex-iii', scope: 'Annex III' },
    { date: '2028-08-02', riskClass: 'high-risk-annex-i', scope: 'Annex I' },
  ],
  reviewed: true,
};
const about = (more: Partial<Applicability>): Applicability => ({ ...HIGH_RISK, appliesFrom: [], ...more });
const judged = (applicability: Applicability, system: SystemProfile | undefined, date = '2029-01-01') =>
  whyNotApplicable(applicability, { date, ...(system && { system }) })?.reason ?? 'applies';

describe('a control applies', () => {
  it.each<[string, Applicability, SystemProfile | undefined, string]>([
    ['if no system is described', about({ roles: ['notified-body'] }), undefined, 'applies'],
    ['unless it addresses someone else', about({}), { roles: ['deployer'] }, 'addressee'],
    ['to one of several roles', about({}), { roles: ['deployer', 'provider'] }, 'applies'],
    ['if no role is named', about({ roles: ['importer'] }), { aiActRiskClass: 'high_risk_annex_i' }, 'applies'],
    ['unless it is about another class', about({}), { aiActRiskClass: 'transparency' }, 'risk_class'],
    ['if it is about one of the classes', about({}), { aiActRiskClass: 'high_risk_annex_i' }, 'applies'],
    ['if no class is named', about({}), { roles: ['provider'] }, 'applies'],
    ['if it is a prohibition', about({ riskClasses: ['prohibited'] }), { aiActRiskClass: 'minimal' }, 'applies'],
    ['if it is about any system', about({ riskClasses: ['any'] }), { aiActRiskClass: 'minimal' }, 'applies'],
    [
      'to transparency in addition to high risk',
      about({ riskClasses: ['transparency'] }),
      { aiActRiskClass: 'high_risk_annex_i' },
      'applies',
    ],
    [
      'not to transparency with minimal risk',
      about({ riskClasses: ['transparency'] }),
      { aiActRiskClass: 'minimal' },
      'risk_class',
    ],
    [
      'unless it is about general-purpose models',
      about({ riskClasses: ['gpai'] }),
      { generalPurpose: 'none' },
      'general_purpose',
    ],
    [
      'unless it is about systemic risk',
      about({ riskClasses: ['gpai-systemic-risk'] }),
      { generalPurpose: 'general_purpose' },
      'general_purpose',
    ],
    [
      'if the model may have systemic risk',
      about({ riskClasses: ['gpai-systemic-risk'] }),
      { roles: ['provider'] },
      'applies',
    ],
    [
      'to the provider of a model',
      about({ roles: ['gpai-provider'], riskClasses: ['gpai'] }),
      { roles: ['provider'], generalPurpose: 'general_purpose' },
      'applies',
    ],
    [
      'not to its deployer',
      about({ roles: ['gpai-provider'], riskClasses: ['gpai'] }),
      { roles: ['deployer'], generalPurpose: 'general_purpose' },
      'addressee',
    ],
    ['even if a single reader says that it does not', about({ reviewed: false }), { roles: ['deployer'] }, 'applies'],
  ])('%s', (_, applicability, system, expected) => {
    expect(judged(applicability, system)).toBe(expected);
  });

  it.each<[SystemProfile, string, string]>([
    [{ aiActRiskClass: 'high_risk_annex_iii' }, '2027-12-01', 'not_yet'],
    [{ aiActRiskClass: 'high_risk_annex_iii' }, '2027-12-02', 'applies'],
    [{ aiActRiskClass: 'high_risk_annex_i' }, '2027-12-02', 'not_yet'],
    [{ aiActRiskClass: 'high_risk_annex_i' }, '2028-08-02', 'applies'],
    [{ roles: ['provider'] }, '2027-12-01', 'not_yet'],
    [{ roles: ['provider'] }, '2027-12-02', 'applies'],
  ])('%j on %s: %s, by the date of its own class, or the first date of a possible class', (system, date, expected) => {
    expect(judged(HIGH_RISK, system, date)).toBe(expected);
  });
});

it('the reason is a sentence, with the day from which the control applies', () => {
  const because = (system: SystemProfile) => whyNotApplicable(HIGH_RISK, { system, date: '2026-11-29' });
  expect(because({ aiActRiskClass: 'high_risk_annex_i' })).toEqual({
    reason: 'not_yet',
    text: 'It applies from 2028-08-02, after the assessment date 2026-11-29.',
    from: '2028-08-02',
  });
  expect(because({ roles: ['deployer', 'importer'] })).toEqual({
    reason: 'addressee',
    text: 'It addresses providers, not deployers or importers.',
    from: '2027-12-02',
  });
});

it('without a system, a report states who a control addresses and from when', () => {
  expect(statedApplicability(HIGH_RISK)).toEqual({
    roles: ['provider'],
    classes: ['high-risk-annex-i', 'high-risk-annex-iii'],
    text: 'Addresses providers (high-risk AI systems under Annexes I and III). Applies from 2027-12-02 (Annex III); 2028-08-02 (Annex I).',
    from: [
      { date: '2027-12-02', scope: 'Annex III' },
      { date: '2028-08-02', scope: 'Annex I' },
    ],
    reviewed: true,
  });
});

it('the addressees and the models that they provide are not named twice', () => {
  const said = (more: Partial<Applicability>) => statedApplicability(about(more)).text;
  expect(said({ roles: ['authority', 'gpai-provider'], riskClasses: ['gpai'] })).toBe(
    'Addresses authorities and providers (general-purpose AI models).',
  );
  expect(said({ roles: ['gpai-systemic-risk-provider'], riskClasses: ['gpai-systemic-risk'] })).toBe(
    'Addresses providers (general-purpose AI models with systemic risk).',
  );
  expect(said({ roles: ['provider', 'gpai-provider'] })).toBe(
    'Addresses providers and providers of general-purpose AI models (high-risk AI systems under Annexes I and III).',
  );
});

it('an annex has the dates of its article', () => {
  const article = { ref: 'EU_AI_ACT_Art6', nativeId: 'Article 6', title: 'Classification', applicability: HIGH_RISK };
  const annex = about({ appliesWith: 'EU_AI_ACT_Art6' });
  const control = { ref: 'EU_AI_ACT_AnnexIII', nativeId: 'Annex III', title: 'Systems', applicability: annex };
  expect(applicabilityOf(control, [article, control])?.appliesFrom).toEqual(HIGH_RISK.appliesFrom);
});
