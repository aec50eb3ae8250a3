import type { Addressee, Applicability, RiskClass } from '@evidence/frameworks';

// Sentences that a mapping stores and a report prints.

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
  'high-risk-annex-i': 'high-risk AI systems under Annex I',
  'high-risk-annex-iii': 'high-risk AI systems under Annex III',
  transparency: 'AI systems with transparency obligations',
  gpai: 'general-purpose AI models',
  'gpai-systemic-risk': 'general-purpose AI models with systemic risk',
};

/** The models of these providers. A sentence that names the models calls them just providers. */
const MODELS_OF: Readonly<Partial<Record<Addressee, RiskClass>>> = {
  'gpai-provider': 'gpai',
  'gpai-systemic-risk-provider': 'gpai-systemic-risk',
};

const BOTH_ANNEXES: readonly RiskClass[] = ['high-risk-annex-i', 'high-risk-annex-iii'];

export const applicabilitySays = {
  otherClass: (classes: readonly RiskClass[]) =>
    `It covers ${classesText(classes)}, but the request describes a different kind of system.`,
  otherAddressee: (addressed: readonly Addressee[], own: readonly Addressee[]) =>
    `It addresses ${rolesText(addressed)}, not ${rolesText(own, 'or')}.`,
  notYet: (from: string, date: string) => `It applies from ${from}, after the assessment date ${date}.`,
} as const;

/** Who a control addresses, for which systems, and from when. */
export function addressesAndDates({ roles, riskClasses, appliesFrom }: Applicability): string {
  const about = riskClasses.includes('any') ? '' : ` (${classesText(riskClasses)})`;
  const addressees = listed(
    roles.map((role) =>
      riskClasses.every((each) => each === MODELS_OF[role]) ? ADDRESSEES.provider : ADDRESSEES[role],
    ),
    'and',
  );
  const dates = appliesFrom.map(({ date, scope }) => (scope === undefined ? date : `${date} (${scope})`));
  const from = dates.length === 0 ? '' : ` Applies from ${dates.join('; ')}.`;
  return `Addresses ${addressees}${about}.${from}`;
}

/** A control has a finding or a failed test, yet does not apply. `why` is the sentence that says why not. */
export const foundThoughNotApplicable = (why: string): string =>
  `Findings or failed tests are tagged with this control, although it does not apply to the system as described. ${why}`;

/** Why a report cannot be made with these rules. */
export const rulesSay = {
  /** `pinned`: the version of the report's verdict rules, empty if they had none. */
  otherVerdicts: (pinned: string, pinnedRules: string, installed: number, installedRules: string) => {
    const then = pinned === '' ? 'verdict rules without a version' : `version ${pinned} of the verdict rules`;
    return `The report was made with ${then} (${pinnedRules}), but this release has version ${installed} (${installedRules}). Request a new report.`;
  },
  notKept: (pinnedRules: string, installedRules: string) =>
    `The report was made with catalogs and a crosswalk (${pinnedRules}) that this release (${installedRules}) does not keep. Request a new report.`,
  noCatalog: (framework: string, edition: string) =>
    `There is no catalog ${framework}@${edition}: request one that GET /frameworks lists.`,
} as const;

/** The source of a ref that was translated to another edition, and a ref that could not be translated. */
export const refSays = {
  inEdition: (source: string, ref: string, edition: string | undefined) => `${source}; ${ref} in edition ${edition}`,
  nearest: (ref: string, edition: string | undefined) => `nearest entry to ${ref} in edition ${edition}`,
  noSingleEntry: (ref: string, edition: string | undefined) => `${ref} has no single entry in edition ${edition}`,
} as const;

const rolesText = (roles: readonly Addressee[], conjunction = 'and'): string =>
  listed(
    roles.map((role) => ADDRESSEES[role]),
    conjunction,
  );

function classesText(classes: readonly RiskClass[]): string {
  const isBoth = BOTH_ANNEXES.every((each) => classes.includes(each));
  const others = isBoth ? classes.filter((each) => !BOTH_ANNEXES.includes(each)) : classes;
  return listed(
    [...(isBoth ? ['high-risk AI systems under Annexes I and III'] : []), ...others.map((each) => CLASSES[each])],
    'and',
  );
}

const listed = (words: readonly string[], conjunction: string): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
