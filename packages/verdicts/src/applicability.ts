import type { NotApplicable, Applicability as StatedApplicability, SystemProfile } from '@evidence/contracts';
import type { Addressee, Applicability, Control, RiskClass } from '@evidence/frameworks';
import { addressesAndDates, applicabilitySays } from './sentences.js';

/** The system that is assessed, and the day (UTC) as of which controls must apply to it. */
export interface Assessment {
  /** Absent: the request describes no system, and every control applies. */
  readonly system?: SystemProfile;
  readonly date: string;
}

const GENERAL_PURPOSE: readonly RiskClass[] = ['gpai', 'gpai-systemic-risk'];

/** The applicability of a control. An annex takes its dates from the article that refers to it. */
export function applicabilityOf(
  { applicability: own }: Control,
  controls: readonly Control[],
): Applicability | undefined {
  if (own?.appliesWith === undefined || own.appliesFrom.length > 0) return own;
  const article = controls.find(({ ref }) => ref === own.appliesWith)?.applicability;
  return { ...own, appliesFrom: article?.appliesFrom ?? [] };
}

/** By the applicability of a catalog: every report states the same. */
const stated = new WeakMap<Applicability, StatedApplicability>();

/** The applicability as the report states it, whether or not the request describes a system. */
export function statedApplicability(applicability: Applicability): StatedApplicability {
  const known = stated.get(applicability);
  if (known) return known;
  const { roles, riskClasses, appliesFrom, appliesWith, reviewed } = applicability;
  // In the order of canonical JSON.
  const says = {
    classes: [...riskClasses],
    from: appliesFrom.map(({ date, scope }) => ({ date, ...(scope !== undefined && { scope }) })),
    reviewed,
    roles: [...roles],
    text: addressesAndDates(applicability),
    ...(appliesWith !== undefined && { with: appliesWith }),
  };
  stated.set(applicability, says);
  return says;
}

/**
 * Why a control does not apply to the system. Undefined if it applies, if the request describes no system, or if the facts were not
 * reviewed. What the description leaves open never makes a control inapplicable.
 */
export function whyNotApplicable(
  applicability: Applicability,
  { system, date }: Assessment,
): NotApplicable | undefined {
  if (system === undefined || !applicability.reviewed) return undefined;
  const from = firstDay(applicability, system);
  const because = (reason: NotApplicable['reason'], text: string): NotApplicable => ({
    ...(from !== undefined && { from }),
    reason,
    text,
  });
  const { roles, riskClasses } = applicability;
  if (riskClasses.every((each) => isExcluded(each, system))) {
    const reason = riskClasses.every((each) => GENERAL_PURPOSE.includes(each)) ? 'general_purpose' : 'risk_class';
    return because(reason, applicabilitySays.otherClass(riskClasses));
  }
  const own = addresseesOf(system);
  if (own !== undefined && !roles.some((role) => own.has(role)))
    return because('addressee', applicabilitySays.otherAddressee(roles, system.roles ?? []));
  if (from !== undefined && from > date) return because('not_yet', applicabilitySays.notYet(from, date));
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

/** Every role that the organisation has or may have; undefined when the description names no role. */
function addresseesOf({ roles, generalPurpose }: SystemProfile): ReadonlySet<Addressee> | undefined {
  if (roles === undefined) return undefined;
  const own = new Set<Addressee>(roles);
  if (!own.has('provider')) return own;
  if (generalPurpose !== 'none') own.add('gpai-provider');
  if (generalPurpose === undefined || generalPurpose === 'systemic_risk') own.add('gpai-systemic-risk-provider');
  return own;
}

/** The first date for any class that the system may belong to, or the first of all dates if it belongs to none. */
function firstDay({ appliesFrom }: Applicability, system: SystemProfile): string | undefined {
  const possible = appliesFrom.filter(({ riskClass }) => riskClass === undefined || !isExcluded(riskClass, system));
  return (possible.length > 0 ? possible : appliesFrom).map(({ date }) => date).sort()[0];
}
