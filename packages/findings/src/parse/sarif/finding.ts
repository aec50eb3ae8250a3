import type { Frameworks } from '@evidence/frameworks';
import { TITLE_CHARS_MAX } from '../../limits.js';
import type { ParsedFinding } from '../../parsed-scan.js';
import { excerptOf } from '../redaction.js';
import { oneLine } from '../text.js';
import type { WaitingIdentity, WaitingResult } from './result.js';
import { probeOf, type SarifRun } from './runs.js';
import { severityOf } from './severity.js';

const TITLE_PART_CHARS_MAX = 200;

/** Puts a result and its rule together, after the whole file was read. */
export function findingOf(result: WaitingResult, run: SarifRun, frameworks: Frameworks): ParsedFinding {
  const rule = run.rules.find(result.rule);
  const probe = probeOf(result.rule, rule);
  const summary = excerptOf(messageOf(result, rule?.messages ?? run.messages, run.messages));
  const title = rule?.title || oneLine(summary, TITLE_PART_CHARS_MAX) || probe;
  return {
    ...identityOf(result, run),
    title: oneLine(result.place ? `${oneLine(title, TITLE_PART_CHARS_MAX)} (${result.place})` : title, TITLE_CHARS_MAX),
    summary,
    ...severityOf({
      level: result.level,
      overriddenLevel: run.overriddenLevel(result.invocation, result.rule),
      severities: result.severities,
      ruleLevel: rule?.level,
      ruleSeverities: rule?.severities,
    }),
    status: result.disposition ? 'accepted' : 'open',
    ...(result.disposition && { disposition: result.disposition }),
    probe,
    detector: run.tool,
    ...run.refsOf(rule, result, frameworks),
    excerpt: result.excerpt,
    hits: 1,
    evaluations: run.evaluations,
  };
}

/** The rule's id as the result gives it, and the parts that identify the result within the rule. */
export function identityOf(
  { rule, withinRule }: WaitingIdentity,
  run: SarifRun,
): Pick<ParsedFinding, 'identity' | 'tool'> {
  return { identity: [probeOf(rule, run.rules.find(rule)), ...withinRule], ...(run.tool && { tool: run.tool }) };
}

/** The message's own text, or the rule's or driver's string with its id, with `{0}` replaced by an argument and `{{` by a brace (SARIF 2.1.0 §3.11.5). */
function messageOf(
  { message, messageId, messageArguments }: WaitingResult,
  ofRule: ReadonlyMap<string, string>,
  ofDriver: ReadonlyMap<string, string>,
): string {
  const text = message || (ofRule.get(messageId) ?? ofDriver.get(messageId) ?? '');
  if (messageArguments.length === 0) return text;
  return text.replace(/\{\{|\}\}|\{(\d{1,2})\}/g, (found, index) =>
    index === undefined ? found.slice(1) : (messageArguments[Number(index)] ?? found),
  );
}
