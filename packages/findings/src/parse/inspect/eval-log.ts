import type { RunCopy, RunState, TestTarget } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import {
  NAME_CHARS_MAX,
  PROBLEM_CHARS_MAX,
  RUN_ID_CHARS_MAX,
  SEVERITY_ORIGINAL_CHARS_MAX,
  TITLE_CHARS_MAX,
  TOOL_CHARS_MAX,
} from '../../limits.js';
import type { ParsedScan } from '../../parsed-scan.js';
import { severitySays, summarySays } from '../../sentences/findings.js';
import { notThisFormat } from '../../sentences/formats.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { inspectSays } from '../../sentences/scans.js';
import { NO_START, startOf } from '../instants.js';
import { countOf, isObject, type JsonObject, textOf } from '../json/values.js';
import type { JudgedRow, JudgedRows } from '../judged-rows.js';
import { NamedTargets } from '../named-targets.js';
import { excerptOf } from '../redaction.js';
import { severityNamed } from '../severity-words.js';
import { oneLine } from '../text.js';
import { PassRule } from './pass-rule.js';
import { type Sample, type SampleScore, sampleOf } from './sample.js';
import { refsOfSample } from './tags.js';

/** The member of a task's metadata that may state its own rule. */
const RULE_MEMBER = 'evidence_pass_when';
const EXPLANATION_CHARS_MAX = 200;

/** One log: the run of a task and its samples, read one by one. */
export class EvalLog {
  readonly #facts: Record<string, unknown> = {};
  readonly #given: PassRule | undefined;
  #rule: PassRule | undefined;
  #samples = 0;

  /** Throws `ImportRefusal` `pass_rule_malformed`. */
  constructor(
    private readonly frameworks: Frameworks,
    private readonly rows: JudgedRows,
    passWhen: string | undefined,
  ) {
    this.#given = passWhen === undefined ? undefined : new PassRule(passWhen);
    this.#rule = this.#given;
  }

  warnOfNotUtf8(): void {
    this.rows.account.warnOfNotUtf8();
  }

  addFact(name: string, value: unknown): void {
    this.#facts[name] = value;
    if (name === 'eval') this.#rule = this.#given ?? this.#ruleOfTask();
  }

  async addSample(value: unknown, isCut: boolean): Promise<void> {
    const name = rowNamed.sample(++this.#samples);
    const { account } = this.rows;
    const sample = sampleOf(value, this.#rule);
    if (!sample) {
      account.skip('unusable_sample', undefined, rowSays.noId(name));
      return;
    }
    if (isCut) account.lose('row_cut', undefined, rowSays.tooLarge(name));
    const { tags, metadata } = this.#eval;
    const tagRefs = refsOfSample(tags, [metadata, sample.metadata], this.frameworks);
    for (const score of sample.scores) {
      const [probe, { score: detector, verdict }] = [this.#task, score];
      const identity = [probe, detector, sample.id];
      const finding = () => this.#findingOf(sample, score);
      await this.rows.add({ probe, detector, identity, verdict, isCut, ...tagRefs, finding });
    }
  }

  scan(): ParsedScan {
    const { packages, created } = this.#eval;
    if (this.#task === '') {
      const { skipped } = this.rows.account;
      throw new ImportRefusal('not_this_format', notThisFormat.inspect, { skipped });
    }
    this.#warnOfMeaning();
    this.#compareSamples();
    return this.rows.scan({
      tool: { name: 'Inspect AI', version: oneLine(textOf(objectOf(packages).inspect_ai) ?? '', TOOL_CHARS_MAX) },
      ...(startOf(objectOf(this.#facts.stats).started_at) ?? startOf(created) ?? NO_START),
      run: this.#run(),
      ...this.#copy(),
      targets: this.#targets(),
      attempts: this.#samples,
    });
  }

  /** The same log as `.json` and `.eval` is one run. Read under a pass rule, it has more results. */
  #copy(): { readonly copy?: RunCopy } {
    const runId = textOf(this.#eval.eval_id) ?? textOf(this.#eval.run_id);
    if (runId === undefined) return {};
    const { passed, failed } = this.rows.total;
    return { copy: { runId: oneLine(runId, RUN_ID_CHARS_MAX), kind: 'report', results: passed + failed } };
  }

  /** `openai/gpt-4o`: provider and model. */
  #targets(): TestTarget[] {
    const name = textOf(this.#eval.model) ?? '';
    const [provider = '', ...model] = name.split('/');
    const targets = new NamedTargets();
    targets.add(name, model.length === 0 ? provider : model.join('/'), model.length === 0 ? '' : provider);
    return targets.list();
  }

  get #eval(): JsonObject {
    return objectOf(this.#facts.eval);
  }

  get #task(): string {
    return oneLine(textOf(this.#eval.task) ?? '', NAME_CHARS_MAX);
  }

  #ruleOfTask(): PassRule | undefined {
    const text = textOf(objectOf(this.#eval.metadata)[RULE_MEMBER]);
    try {
      return text === undefined ? undefined : new PassRule(text);
    } catch (error) {
      this.rows.account.warn('pass_rule_malformed', inspectSays.ruleOfTask(RULE_MEMBER, (error as Error).message));
      return undefined;
    }
  }

  #warnOfMeaning(): void {
    const { account } = this.rows;
    const { meaning_unknown: unknown = 0, score_not_understood: odd = 0 } = account.skipped;
    if (odd > 0) account.warn('score_not_understood', inspectSays.otherTypes(odd));
    if (unknown > 0) account.warn('meaning_unknown', inspectSays.meaningUnknown(unknown, RULE_MEMBER));
  }

  #compareSamples(): void {
    const stated = countOf(objectOf(this.#facts.results).total_samples);
    if (stated !== undefined && stated !== this.#samples)
      this.rows.account.shortfall({ subject: 'results: total_samples', stated, counted: this.#samples });
  }

  #run(): RunState {
    const { status, invalidated, error, results } = this.#facts;
    const problems = [
      ...(status === 'success' ? [] : [endOf(status, textOf(objectOf(error).message))]),
      ...(invalidated === true ? [inspectSays.invalidated] : []),
      ...(isObject(objectOf(results).early_stopping) ? [inspectSays.stoppedEarly] : []),
    ];
    if (problems.length === 0) return { outcome: 'completed', problems };
    return { outcome: 'failed', problems: problems.map((one) => oneLine(excerptOf(one), PROBLEM_CHARS_MAX)) };
  }

  #findingOf(sample: Sample, { score, value, explanation }: SampleScore): ReturnType<JudgedRow['finding']> {
    const { id, epoch, output, metadata } = sample;
    const scored = `${score} = ${JSON.stringify(value)}`;
    const why = oneLine(excerptOf(explanation), EXPLANATION_CHARS_MAX);
    const sentences = [
      summarySays.sample(id, epoch),
      summarySays.score(scored),
      summarySays.passesWhen(this.#rule?.text),
      explanation && summarySays.explanation(explanation),
      summarySays.model(textOf(this.#eval.model)),
    ];
    const severity = metadata.severity ?? objectOf(this.#eval.metadata).severity;
    return {
      title: oneLine(`${this.#task}: ${id}: ${scored}${why === '' ? '' : `: ${why}`}`, TITLE_CHARS_MAX),
      summary: excerptOf(sentences.filter(Boolean).join('\n')),
      severity: severityNamed(severity) ?? 'medium',
      severityOriginal: oneLine(textOf(severity) ?? severitySays.none, SEVERITY_ORIGINAL_CHARS_MAX),
      excerpt: excerptOf(output),
    };
  }
}

/** Until the run has ended, a log has the status `started`, or only its beginning. */
function endOf(status: unknown, error: string | undefined): string {
  if (textOf(status) === undefined || status === 'started') return inspectSays.running;
  return inspectSays.ended(status, error);
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
