import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { TOOL_CHARS_MAX } from '../../limits.js';
import { type ParsedScan, RUN_NOT_STATED } from '../../parsed-scan.js';
import { notThisFormat } from '../../sentences/formats.js';
import { NO_START, type Start, startOf } from '../instants.js';
import { LINE_PROBLEMS } from '../json/entry.js';
import { type Layout, type Part, partsOf } from '../json/parts.js';
import type { Pick } from '../json/picks.js';
import { countOf, isObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import { PromptfooRows } from './rows.js';
import { resultsOfTableRow } from './table.js';

/** An eval in the file itself, and as wrapped by promptfoo's server. */
const WRAPPERS = ['', 'data.'];
const METRICS = ['results.prompts.*.metrics', 'results.table.head.prompts.*.metrics', 'table.head.prompts.*.metrics'];
const FACTS = ['results.stats', 'results.timestamp', 'results.version', 'stats', 'timestamp', 'evalId', 'metadata'];
const LISTS = ['results.results.*', 'results.*'];
const TABLES = ['results.table.body.*', 'table.body.*'];
const wrapped = (patterns: readonly string[]): string[] =>
  WRAPPERS.flatMap((wrapper) => patterns.map((pattern) => wrapper + pattern));

/**
 * promptfoo's `-o results.json`: an eval around `results.results` (0.40 to 0.123); what `evaluate()` returns, where `results` is the list; the
 * bare list; or a table of results without the list. `-o results.jsonl` has one result per line.
 */
const LAYOUT: Layout = {
  patterns: [...wrapped([...LISTS, ...TABLES, ...METRICS, ...FACTS]), '*'],
  ignored: new Set(['tokenUsage', 'tokensUsed', 'namedScores', 'options', 'raw', 'redteamHistory', 'logProbs']),
  isLine: (value) => typeof value.success === 'boolean' || isObject(value.gradingResult),
};

const LIST_PATTERNS: ReadonlySet<string> = new Set([...wrapped(LISTS), '*']);
const TABLE_PATTERNS: ReadonlySet<string> = new Set(wrapped(TABLES));
const METRICS_PATTERNS: ReadonlySet<string> = new Set(wrapped(METRICS));

/**
 * A finding is a failed result. Passes are counted as evaluations; results that ended in an error were run but not judged. A table repeats
 * the list of results, so it is read only if there is no list.
 */
export async function parsePromptfoo(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  const [list, table] = [new PromptfooRows(frameworks), new PromptfooRows(frameworks)];
  try {
    const file = new PromptfooFile(list, table);
    for await (const parts of partsOf(source, LAYOUT)) for (const part of parts) await file.take(part);
    return await file.scan();
  } catch (error) {
    await list[Symbol.asyncDispose]();
    await table[Symbol.asyncDispose]();
    throw error;
  }
}

/** The contract's limit. */
const RUN_ID_CHARS_MAX = 256;

const METRICS_AS_STATS = { testPassCount: 'successes', testFailCount: 'failures', testErrorCount: 'errors' } as const;

class PromptfooFile {
  #isPromptfoo = false;
  #isUtf8 = true;
  #version = '';
  #evalId = '';
  #start: Start | undefined;
  #stats: unknown;
  /** The metrics of all prompts together, by the list of prompts that states them. */
  readonly #metrics = new Map<string, Record<string, number>>();

  constructor(
    private readonly list: PromptfooRows,
    private readonly table: PromptfooRows,
  ) {}

  async take(part: Part): Promise<void> {
    if ('notUtf8' in part) {
      this.#isUtf8 = false;
    } else if ('problem' in part) {
      this.list.account.skip(part.problem, part.line, LINE_PROBLEMS[part.problem]);
    } else if ('line' in part) {
      await this.list.add(part.value, { line: part.line });
    } else if (LIST_PATTERNS.has(part.pattern)) {
      await this.list.add(part.value, { isCut: part.cut });
    } else if (TABLE_PATTERNS.has(part.pattern)) {
      if (this.list.count > 0) return;
      for (const result of resultsOfTableRow(part.value)) await this.table.add(result, { isCut: part.cut });
    } else if (METRICS_PATTERNS.has(part.pattern)) {
      this.#addMetrics(part);
    } else {
      this.#addFacts(part);
    }
  }

  async scan(): Promise<ParsedScan> {
    const [rows, unused] = this.list.count > 0 ? [this.list, this.table] : [this.table, this.list];
    const { account } = rows;
    if (!this.#isPromptfoo && !rows.hasVerdicts) {
      throw new ImportRefusal('not_this_format', notThisFormat.promptfoo, { skipped: account.skipped });
    }
    if (!this.#isUtf8) account.warnOfNotUtf8();
    rows.warnOfNewerVersion(this.#version);
    rows.compareWith('stats', this.#stats);
    for (const metrics of this.#metrics.values()) rows.compareWith('prompts', metrics);
    await unused[Symbol.asyncDispose]();
    const { skipped, discrepancies, warnings } = account;
    return {
      tool: { name: 'promptfoo', version: this.#version },
      ...(this.#start ?? NO_START),
      run: account.stateOf(RUN_NOT_STATED),
      ...(this.#evalId !== '' && { copy: { runId: this.#evalId, kind: 'report' as const, results: rows.count } }),
      rowsSha256: rows.digest.of('promptfoo'),
      targets: rows.targets.list(),
      attempts: rows.count,
      probes: rows.probes(),
      findings: rows.findings,
      passed: rows.passed,
      skipped,
      discrepancies,
      warnings,
    };
  }

  /** Adds the metrics of a prompt with one provider, from the head of the results. */
  #addMetrics({ pattern, value }: Pick): void {
    if (!isObject(value)) return;
    const sums = this.#metrics.get(pattern) ?? {};
    this.#metrics.set(pattern, sums);
    for (const [member, total] of Object.entries(METRICS_AS_STATS)) {
      const count = countOf(value[member]);
      if (count !== undefined) sums[total] = (sums[total] ?? 0) + count;
    }
  }

  #addFacts({ pattern, value }: Pick): void {
    switch (pattern.replace(/^data\./, '')) {
      case 'metadata':
        if (!isObject(value)) return;
        this.#version = oneLine(textOf(value.promptfooVersion) ?? '', TOOL_CHARS_MAX);
        this.#isPromptfoo ||= this.#version !== '';
        this.#start = startOf(value.evaluationCreatedAt) ?? this.#start;
        return;
      case 'stats':
      case 'results.stats':
        this.#stats = value;
        return;
      case 'timestamp':
      case 'results.timestamp':
        this.#start ??= startOf(value);
        return;
      case 'evalId':
        this.#evalId = oneLine(textOf(value) ?? '', RUN_ID_CHARS_MAX);
        this.#isPromptfoo = true;
        return;
      case 'results.version':
        this.#isPromptfoo = true;
    }
  }
}
