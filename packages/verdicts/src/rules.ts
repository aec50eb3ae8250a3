import { canonicalJson, type Rules, sha256Of } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import type { Frameworks, RuleArchive } from '@evidence/frameworks';
import { rulesSay } from './sentences.js';
import { VERDICT_RULES } from './verdict.js';

const verdictsIn = (version: string): string | undefined => /\+verdicts\.(\d+)$/.exec(version)?.[1];

/**
 * The rules of the verdicts: those in the data, and the order of the verdicts. The digest covers both: the same data with another order is
 * another set of rules.
 */
export const rulesOf = ({ rules }: Pick<Frameworks, 'rules'>, verdicts = VERDICT_RULES): Rules => ({
  version: `${rules.version}+verdicts.${verdicts}`,
  sha256: sha256Of(canonicalJson({ data: rules.sha256, verdicts })),
});

/** Where rules are kept: the installed data, and the data of former releases. */
export interface KeptRules {
  readonly installed: Frameworks;
  readonly archive: RuleArchive;
}

/**
 * The digest of the data of `pinned`, installed or archived, so that an expired report can be made again with the same rules. Throws the
 * `Refusal` `rules_changed` (facts: `pinned`, `installed`) if the order of the verdicts has changed or the data was not kept.
 */
export function keptDataOf(pinned: Rules, { installed, archive }: KeptRules): string {
  const now = rulesOf(installed);
  const refused = (message: string) =>
    new Refusal('rules_changed', message, { pinned: pinned.version, installed: now.version });
  const verdicts = verdictsIn(pinned.version) ?? '';
  if (verdicts !== String(VERDICT_RULES)) {
    throw refused(rulesSay.otherVerdicts(verdicts, pinned.version, VERDICT_RULES, now.version));
  }
  const { version } = installed.rules;
  const isPinned = (sha256: string) => rulesOf({ rules: { version, sha256 } }).sha256 === pinned.sha256;
  const kept = [installed.rules.sha256, ...archive.digests()].find(isPinned);
  if (kept !== undefined) return kept;
  throw refused(rulesSay.notKept(pinned.version, now.version));
}

/** The frameworks as `pinned` had them. Throws as `keptDataOf` does. */
export function frameworksBy(pinned: Rules, kept: KeptRules): Frameworks {
  const sha256 = keptDataOf(pinned, kept);
  return sha256 === kept.installed.rules.sha256 ? kept.installed : kept.archive.load(sha256);
}
