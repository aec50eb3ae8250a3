import type { Severity } from '@evidence/contracts';

/** A result’s and a rule’s levels (SARIF 2.1.0 §3.27.10), one severity each. */
const SEVERITY_BY_LEVEL: ReadonlyMap<string, Severity> = new Map([
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'info'],
]);

/** What a result says itself, what the invocation made of its rule, and what its rule says. */
export interface Judgement {
  readonly level: string | undefined;
  readonly securitySeverity: unknown;
  readonly overriddenLevel: string | undefined;
  readonly ruleLevel: string | undefined;
  readonly ruleSecuritySeverity: unknown;
}

/**
 * The severity of a result of kind `fail`, by the first of these that it has: `security-severity` of the result, of its rule (a number from
 * 0 to 10 with the bounds of CVSS 3.1 §5, as GitHub reads it), the result's level, the level by which the invocation overrode the
 * rule's, the rule's default level, and `warning`, which §3.27.10 gives a result that has none of these. `original` keeps what the file said.
 */
export function severityOf(judgement: Judgement): { readonly severity: Severity; readonly severityOriginal: string } {
  const { level, securitySeverity, overriddenLevel, ruleLevel, ruleSecuritySeverity } = judgement;
  const own = scoreOf(securitySeverity);
  const ruled = scoreOf(ruleSecuritySeverity);
  if (own !== undefined) return { severity: ofScore(own), severityOriginal: `security-severity ${own}` };
  if (ruled !== undefined)
    return { severity: ofScore(ruled), severityOriginal: `security-severity ${ruled} of the rule` };
  const levels = [
    [level, `level ${level}`],
    [overriddenLevel, `level ${overriddenLevel} by the invocation`],
    [ruleLevel, `level ${ruleLevel} of the rule`],
  ] as const;
  for (const [stated, severityOriginal] of levels) {
    const severity = SEVERITY_BY_LEVEL.get(stated ?? '');
    if (severity) return { severity, severityOriginal };
  }
  return { severity: 'medium', severityOriginal: 'none' };
}

/** Some tools write it as text. */
function scoreOf(value: unknown): number | undefined {
  const score = typeof value === 'string' && /^\d{1,2}(\.\d{1,4})?$/.test(value) ? Number(value) : value;
  return typeof score === 'number' && score >= 0 && score <= 10 ? score : undefined;
}

function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}
