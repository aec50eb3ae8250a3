import type { RunState } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { instantOf } from '../instants.js';
import { type Layout, type Part, partsOf } from '../json/parts.js';
import { textOf } from '../json/values.js';
import { type JudgedRow, type JudgedRows, readingRows } from '../judged-rows.js';
import { NAME_CHARS_MAX, PROBLEM_CHARS_MAX, RUN_ID_CHARS_MAX, TITLE_CHARS_MAX, TOOL_CHARS_MAX } from '../limits.js';
import { NamedTargets } from '../named-targets.js';
import { type ParsedScan, RUN_NOT_STATED } from '../parsed-scan.js';
import { excerptOf } from '../redaction.js';
import { recordedRefs } from '../refs-of-tags.js';
import { oneLine } from '../text.js';
import { type AttackResult, attackResultOf } from './attack-result.js';

const SCENARIO_RESULTS = 'attack_results.{}.*';
const LIST = '*';
const OBJECTIVE_CHARS_MAX = 200;

/** A `ScenarioResult` as PyRIT dumps it (1.1.0), or its `AttackResult`s in a list or one a line. */
const LAYOUT: Layout = {
  patterns: [
    SCENARIO_RESULTS,
    LIST,
    'id',
    'scenario_identifier.class_name',
    'scenario_identifier.pyrit_version',
    'scenario_run_state',
    'creation_time',
    'error_message',
  ],
  ignored: new Set(['metadata', 'retry_events', 'error_traceback', 'related_conversations', 'seed_identifiers']),
  isLine: (value) => 'outcome' in value && 'objective' in value,
};

/** Reads what PyRIT kept of a scenario or of attacks. A finding is an attack that achieved its objective. */
export function parsePyrit(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return readingRows(async (rows) => {
    const results = new PyritResults(frameworks, rows);
    for await (const part of partsOf(source, LAYOUT)) await results.take(part);
    return results.scan();
  });
}

class PyritResults {
  #count = 0;
  #isPyrit = false;
  #id = '';
  #scenario = '';
  readonly #targets = new NamedTargets();
  #state: string | undefined;
  #error = '';
  #version = '';
  /** Of the scenario; else of its first result. */
  #startedAt: string | undefined;
  #firstResultAt: string | undefined;

  constructor(
    private readonly frameworks: Frameworks,
    private readonly rows: JudgedRows,
  ) {}

  async take(part: Part): Promise<void> {
    const { account } = this.rows;
    if ('notUtf8' in part) account.warnOfNotUtf8();
    else if ('problem' in part) account.skip(part.problem, part.line, 'The line is not one JSON object in UTF-8.');
    else if ('line' in part) await this.#add(part.value, { line: part.line });
    else if (part.pattern === SCENARIO_RESULTS || part.pattern === LIST)
      await this.#add(part.value, { isCut: part.cut, group: part.path[1] });
    else this.#addFact(part.pattern, textOf(part.value));
  }

  scan(): ParsedScan {
    const { account, findings, passed } = this.rows;
    if (!this.#isPyrit) {
      const message =
        'Nothing in this file is PyRIT’s; send a ScenarioResult as JSON, or AttackResults in a list or one a line.';
      throw new ImportRefusal('not_this_format', message, { skipped: account.skipped });
    }
    const { skipped, discrepancies, warnings } = account;
    return {
      tool: { name: 'PyRIT', version: oneLine(this.#version, TOOL_CHARS_MAX) },
      startedAt: this.#startedAt ?? this.#firstResultAt,
      run: this.#run(),
      ...(this.#id !== '' && {
        copy: { runId: oneLine(this.#id, RUN_ID_CHARS_MAX), kind: 'report' as const, results: this.#count },
      }),
      targets: this.#targets.list(),
      attempts: this.#count,
      probes: this.rows.probes(),
      findings,
      passed,
      skipped,
      discrepancies,
      warnings,
    };
  }

  #addFact(pattern: string, value: string | undefined): void {
    if (value === undefined) return;
    switch (pattern) {
      case 'id':
        this.#id = value;
        return;
      case 'scenario_identifier.class_name':
        this.#scenario = value;
        return;
      case 'scenario_run_state':
        this.#isPyrit = true;
        this.#state = value;
        return;
      case 'scenario_identifier.pyrit_version':
        this.#version = value;
        return;
      case 'creation_time':
        this.#startedAt = instantOf(value);
        return;
      case 'error_message':
        this.#error = value;
    }
  }
  async #add(row: unknown, { line, isCut, group }: Place): Promise<void> {
    const name = `Attack result ${++this.#count}`;
    const { account } = this.rows;
    const result = attackResultOf(row);
    if (!result) {
      account.skip('unusable_result', line, `${name} has no objective, or an outcome that PyRIT does not have.`);
      return;
    }
    this.#isPyrit = true;
    this.#version ||= result.version;
    this.#firstResultAt ??= instantOf(result.timestamp);
    if (isCut) account.warn('row_cut', `${name} is larger than a result can be; its rest is ignored.`);
    if (result.isContradictory)
      account.warn(
        'score_contradicts',
        `${name} failed by its outcome and succeeded by its score; it is recorded.`,
        line,
      );
    const probe = this.#probeOf(result, group);
    const tagRefs = recordedRefs(result.tags, 'harm categories in the PyRIT file', this.frameworks);
    const { scorer: detector, objective, verdict } = result;
    const identity = [probe, detector, objective];
    const finding = () => findingOf(result, probe);
    this.#targets.add(result.target, result.model);
    await this.rows.add({ probe, detector, identity, verdict, ...tagRefs, finding });
  }

  /** In a scenario, the atomic attack by its name there; else the classes of attack and converters. */
  #probeOf({ attack }: AttackResult, group: Place['group']): string {
    const names = typeof group === 'string' ? [this.#scenario, group] : [attack || 'attack'];
    return oneLine(names.filter((name) => name !== '').join(': '), NAME_CHARS_MAX);
  }

  #run(): RunState {
    if (this.#state === undefined) return RUN_NOT_STATED;
    if (this.#state === 'COMPLETED') return { outcome: 'completed', problems: [] };
    const why = this.#error === '' ? '' : `: ${this.#error}`;
    const problem = `The scenario ended in the state ${this.#state}${why}`;
    return { outcome: 'failed', problems: [oneLine(excerptOf(problem), PROBLEM_CHARS_MAX)] };
  }
}

interface Place {
  readonly line?: number;
  readonly isCut?: boolean;
  /** The name of the atomic attack in a scenario. */
  readonly group?: string | number | undefined;
}

function findingOf(result: AttackResult, probe: string): ReturnType<JudgedRow['finding']> {
  const { objective, attack, scorer, why, rationale, output, timestamp } = result;
  const discoveredAt = instantOf(timestamp);
  const sentences = [
    `Objective: ${objective}`,
    attack && `Attack: ${attack}`,
    scorer && `Scorer: ${scorer}`,
    (rationale || why) && `Why it succeeded: ${rationale || why}`,
  ];
  return {
    title: oneLine(`${probe}: ${oneLine(excerptOf(objective), OBJECTIVE_CHARS_MAX)}`, TITLE_CHARS_MAX),
    summary: excerptOf(sentences.filter(Boolean).join('\n')),
    // PyRIT has no severities.
    severity: 'medium',
    severityOriginal: 'none',
    ...(discoveredAt === undefined ? {} : { discoveredAt }),
    excerpt: excerptOf(output),
  };
}
