import type { Severity } from '@evidence/contracts';
import { severitySays } from '../../sentences/findings.js';
import { type JsonObject, textOf } from '../json/values.js';
import { severityNamed } from '../severity-words.js';
import { oneLine } from '../text.js';

/** A result’s and a rule’s levels (SARIF 2.1.0 §3.27.10), one severity each. */
const SEVERITY_BY_LEVEL: ReadonlyMap<string, Severity> = new Map([
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'info'],
]);

/** The severities in a property bag. JSON. */
export interface StatedSeverities {
  /** The member, and its number from 0 to 10. */
  readonly score?: readonly [member: string, score: number];
  readonly word?: string;
  /** A value of one of these members that is neither. */
  readonly other?: string;
}

/** Members with a CVSS score, in the order in which they count; the first is GitHub's. */
const SCORES = ['security-severity', 'cvss_score', 'cvssScore', 'cvss_base_score', 'cvssBaseScore', 'cvss'] as const;
/** Members with a word; some tools write one in the member from which GitHub reads a score. */
const WORDS = ['severity', 'security-severity'] as const;
const WORD_CHARS_MAX = 32;
const OTHER_CHARS_MAX = 80;

export function statedSeverities(properties: JsonObject): StatedSeverities {
  const [score] = SCORES.flatMap((member) => {
    const value = scoreOf(properties[member]);
    return value === undefined ? [] : [[member, value] as const];
  });
  const [word] = WORDS.map((member) => properties[member]).filter((value) => severityNamed(value) !== undefined);
  if (score) return { score };
  if (word !== undefined) return { word: oneLine(String(word), WORD_CHARS_MAX) };
  const [other] = [...SCORES, ...WORDS].flatMap((member) => {
    const value =
      textOf(properties[member]) ?? (typeof properties[member] === 'number' ? properties[member] : undefined);
    return value === undefined ? [] : [oneLine(`${member} ${value}`, OTHER_CHARS_MAX)];
  });
  return other === undefined ? {} : { other };
}

/** The severities that a result, the invocation and the rule state. */
export interface Judgement {
  readonly level: string | undefined;
  readonly severities: StatedSeverities;
  readonly overriddenLevel: string | undefined;
  readonly ruleLevel: string | undefined;
  readonly ruleSeverities: StatedSeverities | undefined;
}

/**
 * The severity of a result of kind `fail`, from the first of these that it has: `security-severity` or a CVSS score of the result (a number
 * from 0 to 10 with the bounds of CVSS 3.1 §5, as in GitHub), a word of the result (`severity`), the same of its rule, the result's level,
 * the level with which the invocation overrode the rule's, the rule's default level, and otherwise `warning` (§3.27.10).
 * `severityOriginal` is the value in the file.
 */
export function severityOf(judgement: Judgement): { readonly severity: Severity; readonly severityOriginal: string } {
  const { level, severities, overriddenLevel, ruleLevel, ruleSeverities = {} } = judgement;
  const byBag = ofBag(severities, '') ?? ofBag(ruleSeverities, severitySays.ofRule);
  if (byBag) return byBag;
  const levels = [
    [level, severitySays.level(level)],
    [overriddenLevel, severitySays.levelByInvocation(overriddenLevel)],
    [ruleLevel, severitySays.levelOfRule(ruleLevel)],
  ] as const;
  for (const [stated, severityOriginal] of levels) {
    const severity = SEVERITY_BY_LEVEL.get(stated ?? '') ?? severityNamed(stated);
    if (severity) return { severity, severityOriginal };
  }
  const other = severities.other ?? ruleSeverities.other;
  return {
    severity: 'medium',
    severityOriginal: other === undefined ? severitySays.none : severitySays.noScale(other),
  };
}

function ofBag({ score, word }: StatedSeverities, whose: string) {
  if (score) return { severity: ofScore(score[1]), severityOriginal: severitySays.property(...score, whose) };
  const severity = severityNamed(word);
  return severity && { severity, severityOriginal: severitySays.word(word, whose) };
}

/** Some tools write it as text. */
function scoreOf(value: unknown): number | undefined {
  const score = typeof value === 'string' && /^\s*\d{1,2}(\.\d{1,4})?\s*$/.test(value) ? Number(value) : value;
  return typeof score === 'number' && score >= 0 && score <= 10 ? score : undefined;
}

function ofScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}
