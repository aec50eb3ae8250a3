import { NAME_CHARS_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';

/** One attack on the target, with its verdict. */
export interface DeepTeamTestCase {
  readonly verdict: 'passed' | 'failed' | 'error' | 'not_judged';
  readonly vulnerability: string;
  readonly type: string;
  /** A topic, or a category of the framework that the run was made for. */
  readonly category: string;
  readonly attack: string;
  /** `cvss_score`, which DeepTeam derives from the attack alone (deepteam/red_teamer/cvss.py, 1.0.10). */
  readonly cvss: number | undefined;
  readonly reason: string;
  readonly output: string;
}

/** An item of `test_cases`; undefined if it names no vulnerability. */
export function testCaseOf(row: unknown): DeepTeamTestCase | undefined {
  if (!isObject(row)) return undefined;
  const vulnerability = nameOf(row.vulnerability);
  if (vulnerability === '') return undefined;
  return {
    verdict: verdictOf(row),
    vulnerability,
    type: nameOf(row.vulnerability_type),
    category: nameOf(row.risk_category),
    attack: nameOf(row.attack_method),
    cvss: typeof row.cvss_score === 'number' ? row.cvss_score : undefined,
    reason: textOf(row.reason) ?? '',
    output: outputOf(row),
  };
}

/**
 * DeepTeam's judges pass a test case at a score of 1 (deepteam/metrics, 1.0.10). Its overview also counts scores between 0 and 1 as passing,
 * and cases with neither a score nor an error as failing, which are not verdicts on the target.
 */
function verdictOf({ score, error }: JsonObject): DeepTeamTestCase['verdict'] {
  if (textOf(error) !== undefined) return 'error';
  if (typeof score !== 'number') return 'not_judged';
  return score >= 1 ? 'passed' : 'failed';
}

/** The target's output; its last reply in a conversation. */
function outputOf({ actual_output: output, turns }: JsonObject): string {
  if (!Array.isArray(turns)) return textOf(output) ?? '';
  const replies = turns.filter(isObject).filter(({ role }) => role === 'assistant');
  return textOf(replies.at(-1)?.content) ?? textOf(output) ?? '';
}

const nameOf = (value: unknown): string => oneLine(textOf(value) ?? '', NAME_CHARS_MAX);
