import type { RuleArchive } from '@evidence/frameworks';
import { loadFrameworks, openArchive } from '@evidence/frameworks/load';
import { expect, test } from 'vitest';
import { frameworksBy, keptDataOf, rulesOf } from '../src/index.js';
import { VERDICT_RULES } from '../src/verdict.js';

const installed = loadFrameworks();
const kept = { installed, archive: openArchive() };

/** An archive that has one rule set, of which only the digest matters. */
const archiveOf = (sha256: string): RuleArchive => ({
  digests: () => [sha256],
  load: (asked) => ({ ...installed, rules: { version: '2026-01-01', sha256: asked } }),
});

test('the digest depends on the data and the order of the verdicts', () => {
  const rules = rulesOf(installed);
  expect(rules.version).toBe(`${installed.rules.version}+verdicts.${VERDICT_RULES}`);
  expect(rulesOf(installed, VERDICT_RULES + 1).sha256).not.toBe(rules.sha256);
  expect(rulesOf({ rules: { ...installed.rules, sha256: '0'.repeat(64) } }).sha256).not.toBe(rules.sha256);
});

test('current rules are installed, and former ones come from the archive', () => {
  expect(frameworksBy(rulesOf(installed), kept)).toBe(installed);
  const former = { version: '2026-01-01', sha256: 'b'.repeat(64) };
  const found = frameworksBy(rulesOf({ rules: former }), { installed, archive: archiveOf(former.sha256) });
  expect(found.rules).toEqual(former);
});

test('data that is not kept and another order of verdicts are refused, with both versions', () => {
  const lost = { ...rulesOf(installed), sha256: '0'.repeat(64) };
  expect(() => keptDataOf(lost, kept)).toThrow(/does not keep/);
  const later = rulesOf(installed, VERDICT_RULES + 1);
  const versions = new RegExp(`version ${VERDICT_RULES + 1} of the verdict rules .*has version ${VERDICT_RULES} `);
  expect(() => frameworksBy(later, kept)).toThrow(versions);
  expect(() => keptDataOf({ version: '2026-11-23', sha256: installed.rules.sha256 }, kept)).toThrow(
    expect.objectContaining({ code: 'rules_changed' }),
  );
});
