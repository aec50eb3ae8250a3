import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { type Pick, type Picking, picksOf } from '../json/picks.js';
import { isObject, textOf } from '../json/values.js';
import { PASSED_MAX } from '../limits.js';
import type { ParsedFinding, ParsedFindings, ParsedScan } from '../parsed-scan.js';
import { FAILED, PASSED, UNSCORED } from '../probe-tallies.js';
import { ScanAccount } from '../scan-account.js';
import { type Spool, spooling } from '../spool.js';
import { findingOf, identityOf } from './finding.js';
import {
  outcomeOf,
  ruleOfResult,
  type WaitingIdentity,
  type WaitingResult,
  waitingIdentity,
  waitingResult,
} from './result.js';
import { SarifRuns } from './runs.js';

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
 * evaluation that passed; the other kinds were looked at without a verdict. A rule without results is nothing: the file does not say
 * that it was run, so it is not clean.
 */
export function parseSarif(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return spooling<WaitingResult, ParsedScan>((waiting) =>
    spooling<WaitingIdentity, ParsedScan>(async (passed) => {
      const file = new SarifFile(frameworks, waiting, passed);
      for await (const pick of picksOf(source, PICKING)) {
        if ('notUtf8' in pick)
          file.account.warn('not_utf8', 'The file is not UTF-8 throughout; what could not be read stands as U+FFFD.');
        else await file.take(pick);
      }
      return file.scan();
    }, PASSED_MAX),
  );
}

class SarifFile {
  readonly account = new ScanAccount();
  readonly #runs = new SarifRuns();
  #version: unknown;
  #schema = '';

  constructor(
    private readonly frameworks: Frameworks,
    private readonly waiting: Spool<WaitingResult>,
    private readonly passed: Spool<WaitingIdentity>,
  ) {}

  async take(pick: Pick): Promise<void> {
    const { pattern, value, path } = pick;
    const run = Number(path[1]);
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
        this.#warnOfOtherFiles(value, run);
        return;
    }
    this.#runs.at(run).learn(pick);
  }

  scan(): ParsedScan {
    this.#checkVersion();
    const { account, waiting, passed, frameworks } = this;
    const runs = this.#runs;
    const run = runs.state();
    for (const problem of run.problems) account.warn('run_failed', problem);
    const findings: ParsedFindings = {
      length: waiting.length,
      async *[Symbol.asyncIterator](): AsyncGenerator<ParsedFinding> {
        for await (const result of waiting) yield findingOf(result, runs.at(result.run), frameworks);
      },
      [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
    };
    const { skipped, discrepancies, warnings } = account;
    return {
      tool: runs.tool(),
      startedAt: runs.startedAt(),
      run,
      ...runs.copy(waiting.length + passed.length),
      attempts: 0,
      probes: runs.results(frameworks),
      findings,
      passed: {
        async *[Symbol.asyncIterator]() {
          for await (const result of passed) yield identityOf(result, runs.at(result.run));
        },
        [Symbol.asyncDispose]: () => passed[Symbol.asyncDispose](),
      },
      skipped,
      discrepancies,
      warnings,
    };
  }

  async #addResult({ value, cut }: Pick, run: number, index: number): Promise<void> {
    const name = `Result ${index + 1} of run ${run + 1}`;
    if (!isObject(value)) {
      this.account.skip('unusable_result', undefined, `${name} is no object.`);
      return;
    }
    if (cut) this.account.warn('row_cut', `${name} is larger than a result can be; its rest is ignored.`);
    const outcome = outcomeOf(value);
    const runFacts = this.#runs.at(run);
    if (outcome === 'kind_unknown') {
      this.account.skip(outcome, undefined, `${name} is of a kind that SARIF 2.1.0 does not have.`);
    } else if (outcome === 'failed') {
      runFacts.tally(ruleOfResult(value), FAILED);
      await this.waiting.add(waitingResult(value, run));
    } else {
      const isGone = outcome === 'passed' || outcome === 'baseline_absent';
      if (isGone && !this.passed.isFull) await this.passed.add(waitingIdentity(value, run));
      if (outcome !== 'baseline_absent') runFacts.tally(ruleOfResult(value), outcome === 'passed' ? PASSED : UNSCORED);
      this.account.pass(outcome);
    }
  }

  /** Of a log that keeps properties of its runs apart from them (§3.15.3). */
  #leaveOutInlineResult(): void {
    if (this.account.skipped.inline_external === undefined) {
      const message =
        'Results in inlineExternalProperties are counted and not recorded; export them within their runs.';
      this.account.warn('inline_external', message);
    }
    this.account.pass('inline_external');
  }

  #warnOfOtherFiles(references: unknown, run: number): void {
    if (!isObject(references)) return;
    if (references.results !== undefined)
      this.account.warn('results_elsewhere', `Run ${run + 1} keeps results in other files, which are not imported.`);
    if (references.driver !== undefined || references.extensions !== undefined) {
      const message = `Run ${run + 1} keeps its rules in other files, which are not imported: severities and tags may be missing.`;
      this.account.warn('rules_elsewhere', message);
    }
  }

  #checkVersion(): void {
    const version = textOf(this.#version);
    if (version?.startsWith('2.1.') || (version === undefined && /sarif-(schema-)?2\.1/.test(this.#schema))) return;
    if (version === undefined && this.#runs.count > 0) {
      this.account.warn('no_version', 'The file does not say of which SARIF version it is; it was read as 2.1.0.');
      return;
    }
    const message =
      version && this.#runs.count > 0
        ? `Only SARIF 2.1.0 can be read, not ${version.slice(0, 20)}; export it as 2.1.0.`
        : 'This is no SARIF file: it has no runs. Name the format that it has, or have the tool write SARIF 2.1.0.';
    throw new ImportRefusal('not_this_format', message, { version });
  }
}
