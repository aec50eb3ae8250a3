import type { SystemDescription, SystemProfile } from '@evidence/contracts';

/** The AI system as in events. Omitted members stay omitted, because unknown does not mean none. */
export function systemProfileOf(system: SystemDescription): SystemProfile {
  const { roles, ai_act_risk_class: aiActRiskClass, general_purpose: generalPurpose, assessment_date: date } = system;
  return {
    ...(roles && { roles }),
    ...(aiActRiskClass && { aiActRiskClass }),
    ...(generalPurpose && { generalPurpose }),
    ...(date && { assessmentDate: date }),
  };
}

/** The AI system as clients see it. */
export function systemDescriptionOf(system: SystemProfile): SystemDescription {
  const { roles, aiActRiskClass, generalPurpose, assessmentDate } = system;
  return {
    ...(roles && { roles }),
    ...(aiActRiskClass && { ai_act_risk_class: aiActRiskClass }),
    ...(generalPurpose && { general_purpose: generalPurpose }),
    ...(assessmentDate && { assessment_date: assessmentDate }),
  };
}
