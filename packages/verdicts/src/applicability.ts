import type { NotApplicable, Applicability as StatedApplicability, SystemProfile } from '@evidence/contracts';
import type { Addressee, Applicability, Control, RiskClass } from '@evidence/frameworks';

/** For which system, and as of which day (UTC), controls must apply. */
export interface Assessment {
  /** Absent: the request describes no system, and every control applies. */
  readonly system?: SystemProfile;
  readonly date: string;
}

const ADDRESSEES: Readonly<Record<Addressee, string>> = {
  provider: 'providers',
  deployer: 'deployers',
  importer: 'importers',
  distributor: 'distributors',
  'authorised-representative': 'authorised representatives',
  'product-manufacturer': 'product manufacturers',
  'gpai-provider': 'providers of general-purpose AI models',
  'gpai-systemic-risk-provider': 'providers of general-purpose AI models with systemic risk',
  'notified-body': 'notified bodies',
  authority: 'authorities',
  none: 'no one in particular',
};

const CLASSES: Readonly<Record<RiskClass, string>> = {
  any: 'any AI system',
  prohibited: 'prohibited practices',
  'high-risk-annex-i': 'high-risk AI systems of Annex I',
  'high-risk-annex-iii': 'high-risk AI systems of Annex III',
  transparency: 'AI systems with transparency obligations',
  gpai: 'general-purpose AI models',
  'gpai-systemic-risk': 'general-purpose AI models with systemic risk',
};

const GENERAL_PURPOSE: readonly RiskClass[] = ['gpai', 'gpai-systemic-risk'];

/** An annex has the dates of the article that refers to it. */
export function applicabilityOf(
  { applicability: own }: Control,
  controls: readonly Control[],
): Applicability | undefined {
  if (own?.appliesWith === undefined || own.appliesFrom.length > 0) return own;
  const article = controls.find(({ ref }) => ref === own.appliesWith)?.applicability;
  return { ...own, appliesFrom: article?.appliesFrom ?? [] };
}

/** What a report says of it, also when the request describes no system. */
export function statedApplicability(applicability: Applicability): StatedApplicability {
  const { roles, riskClasses, appliesFrom, appliesWith, reviewed } = applicability;
  const about = riskClasses.includes('any') ? '' : `, for ${classesText(applicability)}`;
  const dates = appliesFrom.map(({ date, scope }) => (scope === undefined ? date : `${date} (${scope})`));
  const from = dates.length === 0 ? '' : ` Applies from ${dates.join('; ')}.`;
  return {
    roles: [...roles],
    classes: [...riskClasses],
    text: `Addresses ${rolesText(applicability)}${about}.${from}`,
    from: appliesFrom.map(({ date, scope }) => ({ date, ...(scope !== undefined && { scope }) })),
    ...(appliesWith !== undefined && { with: appliesWith }),
    reviewed,
  };
}

/**
 * Why a control does not apply to the system; undefined when it applies, when nobody described the system, and when only one reader judged
 * the facts. What the description leaves open never makes a control inapplicable.
 */
export function whyNotApplicable(
  applicability: Applicability,
  { system, date }: Assessment,
): NotApplicable | undefined {
  if (system === undefined || !applicability.reviewed) return undefined;
  const from = firstDay(applicability, system);
  const because = (reason: NotApplicable['reason'], text: string): NotApplicable => ({
    reason,
    text,
    ...(from !== undefined && { from }),
  });
  const { roles, riskClasses } = applicability;
  if (riskClasses.every((each) => isExcluded(each, system))) {
    const reason = riskClasses.every((each) => GENERAL_PURPOSE.includes(each)) ? 'general_purpose' : 'risk_class';
    return because(reason, `It is about ${classesText(applicability)}, and the system is described as something else.`);
  }
  const own = addresseesOf(system);
  if (own !== undefined && !roles.some((role) => own.has(role)))
    return because(
      'addressee',
      `It addresses ${rolesText(applicability)}, and not ${listed(
        (system.roles ?? []).map((role) => ADDRESSEES[role]),
        'or',
      )}.`,
    );
  if (from !== undefined && from > date)
    return because('not_yet', `It applies from ${from}, after the assessment date ${date}.`);
  return undefined;
}

/** Whether the description says that the system is not of the class. A prohibition holds for every system. */
function isExcluded(riskClass: RiskClass, { aiActRiskClass: own, generalPurpose }: SystemProfile): boolean {
  switch (riskClass) {
    case 'any':
    case 'prohibited':
      return false;
    case 'high-risk-annex-i':
      return own !== undefined && own !== 'high_risk_annex_i';
    case 'high-risk-annex-iii':
      return own !== undefined && own !== 'high_risk_annex_iii';
    case 'transparency':
      return own === 'minimal';
    case 'gpai':
      return generalPurpose === 'none';
    case 'gpai-systemic-risk':
      return generalPurpose === 'none' || generalPurpose === 'general_purpose';
  }
}

/** Everyone that the organisation is, or may be; undefined when the description names no role. */
function addresseesOf({ roles, generalPurpose }: SystemProfile): ReadonlySet<Addressee> | undefined {
  if (roles === undefined) return undefined;
  const own = new Set<Addressee>(roles);
  if (!own.has('provider')) return own;
  if (generalPurpose !== 'none') own.add('gpai-provider');
  if (generalPurpose === undefined || generalPurpose === 'systemic_risk') own.add('gpai-systemic-risk-provider');
  return own;
}

/** Of the dates for classes that the system may be of, the first; of all dates when it is of none. */
function firstDay({ appliesFrom }: Applicability, system: SystemProfile): string | undefined {
  const possible = appliesFrom.filter(({ riskClass }) => riskClass === undefined || !isExcluded(riskClass, system));
  return (possible.length > 0 ? possible : appliesFrom).map(({ date }) => date).sort()[0];
}

const rolesText = ({ roles }: Applicability): string =>
  listed(
    roles.map((role) => ADDRESSEES[role]),
    'and',
  );

const classesText = ({ riskClasses }: Applicability): string =>
  listed(
    riskClasses.map((each) => CLASSES[each]),
    'and',
  );

const listed = (words: readonly string[], conjunction: string): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
