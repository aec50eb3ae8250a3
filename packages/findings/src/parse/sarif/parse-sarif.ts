import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { PASSED_MAX } from '../../limits.js';
import type { ParsedScan } from '../../parsed-scan.js';
import { notThisFormat } from '../../sentences/formats.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { keptElsewhere, sarifSays } from '../../sentences/scans.js';
import { type Pick, type Picking, picksOf } from '../json/picks.js';
import { isObject, textOf } from '../json/values.js';
import { FAILED, PASSED, UNSCORED } from '../probe-tallies.js';
import { type TagRefs, unitedTags } from '../refs-of-tags.js';
import { RowDigest } from '../row-digest.js';
import { ScanAccount } from '../scan-account.js';
import { type Spool, spooling } from '../spool.js';
import { NO_TALLY, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { UnitedRows } from '../united-rows.js';
import { Unpassed } from '../unpassed.js';
import { findingOf, identityOf } from './finding.js';
import {
  controlsOf,
  type Outcome,
  outcomeOf,
  ruleOfResult,
  type WaitingIdentity,
  type WaitingResult,
  waitingIdentity,
  waitingResult,
} from './result.js';
import { SarifRuns } from './runs.js';

/** A place in the file, in a sentence. */
const PLACE_CHARS_MAX = 120;

const PICKING: Picking = {
  patterns: [
    'version',
    '$schema',
    'inlineExternalProperties.*.results.*',
    'runs.*.automationDetails.guid',
    'runs.*.tool.driver.name',
    'runs.*.tool.driver.guid',
    'runs.*.tool.driver.version',
    'runs.*.tool.driver.semanticVersion',
    'runs.*.tool.driver.globalMessageStrings',
    'runs.*.tool.driver.rules.*',
    'runs.*.tool.extensions.*.name',
    'runs.*.tool.extensions.*.guid',
    'runs.*.tool.extensions.*.rules.*',
    'runs.*.invocations.*.executionSuccessful',
    'runs.*.invocations.*.startTimeUtc',
    'runs.*.invocations.*.ruleConfigurationOverrides',
    'runs.*.invocations.*.exitSignalName',
    'runs.*.invocations.*.processStartFailureMessage',
    'runs.*.invocations.*.toolExecutionNotifications.*',
    'runs.*.invocations.*.toolConfigurationNotifications.*',
    'runs.*.externalPropertyFileReferences',
    'runs.*.taxonomies.*.name',
    'runs.*.taxonomies.*.guid',
    'runs.*.taxonomies.*.version',
    'runs.*.taxonomies.*.semanticVersion',
    'runs.*.taxonomies.*.taxa.*.id',
    'runs.*.results.*',
  ],
  ignored: new Set([
    'codeFlows',
    'graphs',
    'graphTraversals',
    'stacks',
    'relatedLocations',
    'fixes',
    'attachments',
    'help',
  ]),
};

/**
 * Reads SARIF 2.1.0 (OASIS, errata 01). A finding is a result of kind `fail`; a suppressed one is `accepted`. A result of kind `pass` is an
 * evaluation that passed; the other kinds are not verdicts. A rule without results does not count: the file does not say that it was run, so
 * it is not clean.
 */
export function parseSarif(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return spooling<WaitingResult, ParsedScan>((waiting) =>
    spooling<WaitingIdentity, ParsedScan>(async (passed) => {
      const file = new SarifFile(frameworks, waiting, passed);
      for await (const picks of picksOf(source, PICKING)) {
        for (const pick of picks) {
          if ('notUtf8' in pick) file.account.warnOfNotUtf8();
          else await file.take(pick);
        }
      }
      return await file.scan();
    }, PASSED_MAX),
  );
}

/**
 * A result of kind `notApplicable` or `informational` is neither a verdict nor the lack of one (§3.27.9): the rule had nothing to judge, or
 * reports something that is not a problem. `baseline_absent` is a result of an earlier run.
 */
const TALLIES: Readonly<Record<Outcome, Tally | undefined>> = {
  failed: FAILED,
  passed: PASSED,
  open: UNSCORED,
  review: UNSCORED,
  kind_unknown: UNSCORED,
  level_contradicts: UNSCORED,
  not_applicable: NO_TALLY,
  informational: NO_TALLY,
  baseline_absent: undefined,
};

const NO_VERDICT: ReadonlySet<Outcome> = new Set(['open', 'review', 'kind_unknown', 'level_contradicts']);

const testOf = ({ rule, withinRule }: WaitingIdentity) => [rule, withinRule];

class SarifFile {
  readonly account = new ScanAccount();
  readonly #runs = new SarifRuns();
  readonly #digest = new RowDigest();
  readonly #unpassed = new Unpassed();
  #version: unknown;
  #schema = '';

  constructor(
    private readonly frameworks: Frameworks,
    private readonly waiting: Spool<WaitingResult>,
    private readonly passed: Spool<WaitingIdentity>,
  ) {}

  async take(pick: Pick): Promise<void> {
    const { pattern, value, path, cut } = pick;
    const run = Number(path[1]);
    if (cut && !pattern.endsWith('.results.*'))
      this.account.miss('member_cut', sarifSays.memberTooLarge(placeOf(path)));
    switch (pattern) {
      case 'version':
        this.#version = value;
        return;
      case '$schema':
        this.#schema = textOf(value) ?? '';
        return;
      case 'runs.*.results.*':
        await this.#addResult(pick, run, Number(path[3]));
        return;
      case 'inlineExternalProperties.*.results.*':
        this.#leaveOutInlineResult();
        return;
      case 'runs.*.externalPropertyFileReferences':
        this.#missOtherFiles(value, run);
        return;
    }
    this.#runs.at(run).learn(pick);
  }

  async scan(): Promise<ParsedScan> {
    this.#checkVersion();
    const { account, waiting, passed, frameworks } = this;
    const [runs, unpassed] = [this.#runs, this.#unpassed];
    const ending = runs.state();
    for (const problem of ending.problems) account.warn('run_failed', problem);
    const run = account.stateOf(ending);
    const united = new UnitedRows<TagRefs>((one, other) => unitedTags([one, other]));
    const alone = waiting.map((result) => findingOf(result, runs.at(result.run), frameworks));
    for await (const part of alone.parts())
      for (const { identity, tool, refs, unresolvedTags } of part)
        united.add([tool ?? '', ...identity], { refs, unresolvedTags });
    const findings = alone.map((finding) => {
      const { identity, tool, refs, unresolvedTags } = finding;
      return { ...finding, ...united.of([tool ?? '', ...identity], { refs, unresolvedTags }) };
    });
    const { skipped, discrepancies, warnings } = account;
    return {
      tool: runs.tool(),
      startedAt: runs.startedAt(),
      run,
      ...runs.copy(waiting.length + passed.length),
      rowsSha256: this.#digest.of('sarif'),
      attempts: 0,
      probes: runs.results(frameworks),
      findings,
      passed: {
        async *[Symbol.asyncIterator]() {
          for await (const result of passed)
            if (unpassed.allPassed(testOf(result))) yield identityOf(result, runs.at(result.run));
        },
        [Symbol.asyncDispose]: () => passed[Symbol.asyncDispose](),
      },
      skipped,
      discrepancies,
      warnings,
    };
  }

  async #addResult({ value, cut }: Pick, run: number, index: number): Promise<void> {
    const name = rowNamed.resultOfRun(index + 1, run + 1);
    this.#digest.add(value);
    if (!isObject(value)) {
      this.account.skip('unusable_result', undefined, rowSays.notAnObject(name));
      return;
    }
    if (cut) this.account.lose('row_cut', undefined, rowSays.tooLarge(name));
    const outcome = outcomeOf(value);
    if (NO_VERDICT.has(outcome)) this.#unpassed.add(testOf(waitingIdentity(value, run)));
    const tally = cut && outcome === 'passed' ? UNSCORED : TALLIES[outcome];
    if (tally) this.#runs.at(run).tally(ruleOfResult(value), controlsOf(value), tally);
    if (outcome === 'level_contradicts') {
      this.account.pass(outcome);
      this.account.warn(outcome, rowSays.levelContradicts(name, textOf(value.level)));
    } else if (outcome === 'kind_unknown') {
      this.account.skip(outcome, undefined, rowSays.kindUnknown(name));
    } else if (outcome === 'failed') {
      await this.waiting.add(waitingResult(value, run));
    } else {
      const isGone = !cut && (outcome === 'passed' || outcome === 'baseline_absent');
      if (isGone && !this.passed.isFull) await this.passed.add(waitingIdentity(value, run));
      this.account.pass(cut && outcome === 'passed' ? 'row_cut' : outcome);
    }
  }

  /** A result in a log that keeps properties of its runs outside them (§3.15.3). */
  #leaveOutInlineResult(): void {
    if (this.account.skipped.inline_external === undefined)
      this.account.miss('inline_external', sarifSays.inlineExternal);
    this.account.pass('inline_external');
  }

  #missOtherFiles(references: unknown, run: number): void {
    if (!isObject(references)) return;
    const of = (...members: readonly string[]) => members.some((member) => references[member] !== undefined);
    const miss = (code: string, what: string) => this.account.miss(code, sarifSays.elsewhere(run + 1, what));
    if (of('results')) miss('results_elsewhere', keptElsewhere.results);
    if (of('driver', 'extensions')) miss('rules_elsewhere', keptElsewhere.rules);
    if (of('invocations')) miss('invocations_elsewhere', keptElsewhere.invocations);
  }

  #checkVersion(): void {
    const version = textOf(this.#version);
    if (version?.startsWith('2.1.') || (version === undefined && /sarif-(schema-)?2\.1/.test(this.#schema))) return;
    if (version === undefined && this.#runs.count > 0) {
      this.account.warn('no_version', sarifSays.noVersion);
      return;
    }
    const message =
      version && this.#runs.count > 0 ? notThisFormat.sarifVersion(version.slice(0, 20)) : notThisFormat.sarif;
    throw new ImportRefusal('not_this_format', message, { version });
  }
}

const placeOf = (path: Pick['path']): string => oneLine(path.join('.'), PLACE_CHARS_MAX);
