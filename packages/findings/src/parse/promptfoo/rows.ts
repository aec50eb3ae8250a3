import type { Discrepancy, ProbeResult, Severity } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { PASSED_MAX, SEVERITY_ORIGINAL_CHARS_MAX, TITLE_CHARS_MAX } from '../../limits.js';
import type { ParsedFinding, PassedTests } from '../../parsed-scan.js';
import { severitySays, summarySays, titleSays } from '../../sentences/findings.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { countOf, isObject } from '../json/values.js';
import { FAILED, PASSED, ProbeTallies, UNSCORED } from '../probe-tallies.js';
import { excerptOf } from '../redaction.js';
import { NEWER_VERSION, newerThan } from '../refs-of-tags.js';
import { RowDigest } from '../row-digest.js';
import { ScanAccount } from '../scan-account.js';
import { severityNamed } from '../severity-words.js';
import { Spool } from '../spool.js';
import type { Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { Unpassed } from '../unpassed.js';
import { type PromptfooResult, type RowVerdict, resultOf } from './result.js';
import { refsOfAttack, refsOfPlugin } from './tags.js';
import { PromptfooTargets, targetNameOf } from './targets.js';

type PassedTest = Pick<ParsedFinding, 'identity'>;

/** If nothing identifies the test, its position in the eval does. */
const identityOf = ({ testDigest, strategy, provider }: PromptfooResult, index: number): string[] => [
  testDigest ?? `#${index}`,
  strategy,
  provider,
];

/** The parts of a row that both exports of an eval, JSON and JSON Lines, have, including one that differs between evals: the latency. */
function ofRun(row: unknown): unknown {
  if (!isObject(row)) return row;
  const { testIdx, promptIdx, vars, success, score, latencyMs } = row;
  return [
    testIdx,
    promptIdx,
    vars,
    success,
    score,
    latencyMs,
    isObject(row.response) ? row.response.output : undefined,
  ];
}

const tallyOf = (verdict: RowVerdict): Tally =>
  verdict === 'passed' ? PASSED : verdict === 'failed' ? FAILED : UNSCORED;

/** The results of an eval, one by one. */
export class PromptfooRows implements AsyncDisposable {
  readonly findings = new Spool<ParsedFinding>();
  readonly #passed = new Spool<PassedTest>(PASSED_MAX);
  readonly #unpassed = new Unpassed();
  readonly account = new ScanAccount();
  readonly targets = new PromptfooTargets();
  readonly digest = new RowDigest();
  readonly #tallies = new ProbeTallies();
  /** As promptfoo counts: a row that nothing judged is a success, and a judge that crashed is a failure. */
  readonly #counts = { successes: 0, failures: 0, errors: 0 };
  count = 0;
  hasVerdicts = false;

  constructor(private readonly frameworks: Frameworks) {}

  /**
   * `isCut`: the row exceeded the size limit, and the part left out may be the failure. Throws `ImportRefusal` `too_many_results`.
   */
  async add(row: unknown, { line, isCut = false }: { line?: number; isCut?: boolean } = {}): Promise<void> {
    const index = this.count++;
    this.digest.add(ofRun(row));
    const name = rowNamed.result(this.count);
    if (isCut) this.account.lose('row_cut', line, rowSays.tooLarge(name));
    const result = resultOf(row);
    if (!result) {
      this.account.skip('unusable_result', line, rowSays.noVerdict(name));
      return;
    }
    this.hasVerdicts = true;
    const verdict = isCut && result.verdict === 'passed' ? 'unscored' : result.verdict;
    this.#tallies.add(result.plugin, result.assertions, tallyOf(verdict));
    this.targets.add(result, tallyOf(verdict));
    this.#counts[result.countedAs]++;
    if (verdict !== 'passed') this.#unpassed.add(identityOf(result, index));
    else if (result.testDigest !== undefined && !this.#passed.isFull)
      await this.#passed.add({ identity: identityOf(result, index) });
    if (verdict === 'failed') await this.findings.add(this.#findingOf(result, index, line));
    else this.account.pass(verdict);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.findings[Symbol.asyncDispose]();
    await this.#passed[Symbol.asyncDispose]();
  }

  get passed(): PassedTests {
    return this.#unpassed.among(this.#passed);
  }

  probes(): ProbeResult[] {
    return this.#tallies.results((plugin) => refsOfPlugin(plugin, this.frameworks));
  }

  warnOfNewerVersion(version: string): void {
    const message = newerThan(this.frameworks.tagTable('promptfoo'), version);
    if (message !== undefined && this.probes().some(({ refs }) => refs.length > 0))
      this.account.warn(NEWER_VERSION, message);
  }

  /** Compares the rows with totals in the file. Until 0.94, failures included errors. */
  compareWith(name: string, stats: unknown): void {
    if (!isObject(stats)) return;
    const counted = { ...this.#counts };
    if (countOf(stats.errors) === undefined) counted.failures += counted.errors;
    for (const member of ['successes', 'failures', 'errors'] as const) {
      const stated = countOf(stats[member]);
      if (stated !== undefined && stated !== counted[member])
        this.#disagree(member, { subject: `${name}: ${member}`, stated, counted: counted[member] });
    }
  }

  #disagree(member: 'successes' | 'failures' | 'errors', discrepancy: Discrepancy): void {
    if (member === 'successes') this.account.contradiction(discrepancy);
    else this.account.shortfall(discrepancy);
  }

  #findingOf(result: PromptfooResult, index: number, line: number | undefined): ParsedFinding {
    const { plugin, assertions, strategy, category, goal, reason, provider, output } = result;
    const subject = category === '' || category === plugin ? plugin : `${category} (${plugin})`;
    const sentences = [
      goal && summarySays.goal(goal),
      strategy && summarySays.strategy(strategy),
      provider && summarySays.provider(provider),
      reason && summarySays.whyFailed(reason),
    ];
    return {
      identity: identityOf(result, index),
      ...(provider !== '' && { target: targetNameOf(result) }),
      title: oneLine(`${subject}: ${oneLine(excerptOf(reason), 200) || titleSays.testFailed}`, TITLE_CHARS_MAX),
      summary: excerptOf(sentences.filter(Boolean).join('\n')),
      ...this.#severityOf(result, index, line),
      status: 'open',
      probe: plugin,
      detector: assertions,
      ...refsOfAttack(plugin, strategy, this.frameworks),
      excerpt: excerptOf(output),
      hits: 1,
      evaluations: 1,
    };
  }

  /** The word in the metadata of the test; medium if there is none, or one that promptfoo does not define. */
  #severityOf(
    { severity: stated }: PromptfooResult,
    index: number,
    line: number | undefined,
  ): { readonly severity: Severity; readonly severityOriginal: string } {
    const severity = severityNamed(stated);
    if (stated === undefined || stated === null) return { severity: 'medium', severityOriginal: severitySays.none };
    const original = oneLine(typeof stated === 'string' ? stated : JSON.stringify(stated), SEVERITY_ORIGINAL_CHARS_MAX);
    if (!severity) {
      const message = rowSays.noSeverityScale(rowNamed.result(index + 1), original);
      this.account.warn('severity_unknown', message, line);
    }
    return { severity: severity ?? 'medium', severityOriginal: original };
  }
}
