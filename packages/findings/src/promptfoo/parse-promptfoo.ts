import type { Severity } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { instantOf } from '../instants.js';
import { type Layout, type Part, partsOf } from '../json/parts.js';
import type { Pick } from '../json/picks.js';
import { countOf, isObject, textOf } from '../json/values.js';
import { SEVERITY_ORIGINAL_CHARS_MAX, TITLE_CHARS_MAX, TOOL_CHARS_MAX } from '../limits.js';
import type { ParsedFinding, ParsedScan } from '../parsed-scan.js';
import { FAILED, PASSED, ProbeTallies, UNSCORED } from '../probe-tallies.js';
import { excerptOf } from '../redaction.js';
import { ScanAccount } from '../scan-account.js';
import { severityNamed } from '../severity-words.js';
import { type Spool, spooling } from '../spool.js';
import { oneLine } from '../text.js';
import { type PromptfooResult, resultOf } from './result.js';
import { refsOfPlugin } from './tags.js';

/**
 * `-o results.json` of promptfoo: an eval around `results.results` (0.40 to 0.123), what `evaluate()` returns with `results` itself the
 * list, or the bare list; `-o results.jsonl` has a result a line.
 */
const LAYOUT: Layout = {
  patterns: [
    'results.results.*',
    'results.stats',
    'results.timestamp',
    'results.version',
    'results.*',
    'stats',
    'timestamp',
    'evalId',
    'metadata',
    '*',
  ],
  ignored: new Set(['vars', 'tokenUsage', 'tokensUsed', 'namedScores', 'options', 'raw', 'redteamHistory', 'logProbs']),
  isLine: (value) => typeof value.success === 'boolean' || isObject(value.gradingResult),
};

const RESULT_PATTERNS: ReadonlySet<string> = new Set(['results.results.*', 'results.*', '*']);
const TALLIES = { passed: PASSED, failed: FAILED, error: UNSCORED } as const;

/** A finding is a failed result. What passed is counted as evaluations; what ended in an error was run and judged by nobody. */
export function parsePromptfoo(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return spooling<ParsedFinding, ParsedScan>(async (findings) => {
    const file = new PromptfooFile(frameworks, findings);
    for await (const part of partsOf(source, LAYOUT)) await file.take(part);
    return file.scan();
  });
}

class PromptfooFile {
  readonly #account = new ScanAccount();
  readonly #tallies = new ProbeTallies();
  #rows = 0;
  #recognised = false;
  #version = '';
  #startedAt: string | undefined;
  #stats: unknown;

  constructor(
    private readonly frameworks: Frameworks,
    private readonly findings: Spool<ParsedFinding>,
  ) {}

  async take(part: Part): Promise<void> {
    if ('notUtf8' in part) {
      this.#account.warn('not_utf8', 'The file is not UTF-8 throughout; what could not be read stands as U+FFFD.');
    } else if ('problem' in part) {
      this.#account.skip(part.problem, part.line, 'The line is not one JSON object in UTF-8.');
    } else if ('line' in part) {
      await this.#addResult(part.value, part.line);
    } else if (RESULT_PATTERNS.has(part.pattern)) {
      await this.#addResult(part.value);
      if (part.cut)
        this.#account.warn('row_cut', `Result ${this.#rows} is larger than a result can be; its rest is ignored.`);
    } else {
      this.#addFacts(part);
    }
  }

  scan(): ParsedScan {
    if (!this.#recognised) {
      const message = 'Nothing in this file is promptfoo’s; send the JSON or JSONL that `promptfoo eval -o` writes.';
      throw new ImportRefusal('not_this_format', message, { skipped: this.#account.skipped });
    }
    this.#compareStats();
    const { skipped, discrepancies, warnings } = this.#account;
    return {
      tool: { name: 'promptfoo', version: this.#version },
      startedAt: this.#startedAt,
      attempts: this.#rows,
      probes: this.#tallies.results((plugin) => refsOfPlugin(plugin, this.frameworks)),
      findings: this.findings,
      skipped,
      discrepancies,
      warnings,
    };
  }

  async #addResult(row: unknown, line?: number): Promise<void> {
    const index = this.#rows++;
    const result = resultOf(row);
    if (!result) {
      this.#account.skip(
        'unusable_result',
        line,
        `Result ${index + 1} has no verdict (success or gradingResult.pass).`,
      );
      return;
    }
    this.#recognised = true;
    this.#tallies.add(result.plugin, result.assertions, TALLIES[result.verdict]);
    if (result.verdict === 'failed') await this.findings.add(this.#findingOf(result, index, line));
    else this.#account.pass(result.verdict);
  }

  #addFacts({ pattern, value }: Pick): void {
    switch (pattern) {
      case 'metadata':
        if (!isObject(value)) return;
        this.#version = oneLine(textOf(value.promptfooVersion) ?? '', TOOL_CHARS_MAX);
        this.#recognised ||= this.#version !== '';
        this.#startedAt = instantOf(value.evaluationCreatedAt) ?? this.#startedAt;
        return;
      case 'stats':
      case 'results.stats':
        this.#stats = value;
        return;
      case 'timestamp':
      case 'results.timestamp':
        this.#startedAt ??= instantOf(value);
        return;
      case 'evalId':
      case 'results.version':
        this.#recognised = true;
    }
  }

  #findingOf(result: PromptfooResult, index: number, line: number | undefined): ParsedFinding {
    const { plugin, assertions, strategy, category, goal, reason, provider, output } = result;
    const subject = category === '' || category === plugin ? plugin : `${category} (${plugin})`;
    const sentences = [
      goal && `Goal: ${goal}`,
      strategy && `Strategy: ${strategy}`,
      provider && `Provider: ${provider}`,
      reason && `Why it failed: ${reason}`,
    ];
    return {
      key: [String(index)],
      title: oneLine(`${subject}: ${oneLine(excerptOf(reason), 200) || 'the test failed'}`, TITLE_CHARS_MAX),
      summary: excerptOf(sentences.filter(Boolean).join('\n')),
      ...this.#severityOf(result, index, line),
      status: 'open',
      probe: plugin,
      detector: assertions,
      ...refsOfPlugin(plugin, this.frameworks),
      excerpt: excerptOf(output),
      hits: 1,
      evaluations: 1,
    };
  }

  /** The word in the metadata of the test. Without one, or with one that promptfoo does not have: medium, as nobody has said. */
  #severityOf(
    { severity: stated }: PromptfooResult,
    index: number,
    line: number | undefined,
  ): { readonly severity: Severity; readonly severityOriginal: string } {
    const severity = severityNamed(stated);
    if (stated === undefined || stated === null) return { severity: 'medium', severityOriginal: 'none' };
    const original = oneLine(typeof stated === 'string' ? stated : JSON.stringify(stated), SEVERITY_ORIGINAL_CHARS_MAX);
    if (!severity) {
      const message = `Result ${index + 1} has the severity ${original}, of a scale that nobody states; medium is recorded.`;
      this.#account.warn('severity_unknown', message, line);
    }
    return { severity: severity ?? 'medium', severityOriginal: original };
  }

  /** Until 0.94 the failures included the errors. */
  #compareStats(): void {
    if (!isObject(this.#stats)) return;
    const { total } = this.#tallies;
    const errors = countOf(this.#stats.errors);
    const counted = { successes: total.passed, failures: total.failed, errors: total.unscored };
    if (errors === undefined) counted.failures += counted.errors;
    for (const name of ['successes', 'failures', 'errors'] as const) {
      const stated = countOf(this.#stats[name]);
      if (stated !== undefined && stated !== counted[name])
        this.#account.contradiction({ subject: `stats: ${name}`, stated, counted: counted[name] });
    }
  }
}
