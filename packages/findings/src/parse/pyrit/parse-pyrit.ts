import type { RunState } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, PROBLEM_CHARS_MAX, RUN_ID_CHARS_MAX, TITLE_CHARS_MAX, TOOL_CHARS_MAX } from '../../limits.js';
import { type ParsedScan, RUN_NOT_STATED } from '../../parsed-scan.js';
import { severitySays, summarySays, tagsFrom } from '../../sentences/findings.js';
import { notThisFormat } from '../../sentences/formats.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { pyritRunSays } from '../../sentences/scans.js';
import { instantOf, NO_START, type Start, startOf } from '../instants.js';
import { LINE_PROBLEMS } from '../json/entry.js';
import { type Layout, type Part, partsOf } from '../json/parts.js';
import { textOf } from '../json/values.js';
import { type JudgedRow, type JudgedRows, readingRows } from '../judged-rows.js';
import { NamedTargets } from '../named-targets.js';
import { excerptOf } from '../redaction.js';
import { recordedRefs } from '../refs-of-tags.js';
import { RowDigest } from '../row-digest.js';
import { oneLine } from '../text.js';
import { type AttackResult, attackResultOf } from './attack-result.js';

const SCENARIO_RESULTS = 'attack_results.{}.*';
const LIST = '*';
const OBJECTIVE_CHARS_MAX = 200;

/** A `ScenarioResult` as PyRIT (1.1.0) dumps it, or its `AttackResult`s in a list or one per line. */
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

/** Reads PyRIT's results of a scenario or of attacks. A finding is an attack that achieved its objective. */
export function parsePyrit(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return readingRows(async (rows) => {
    const results = new PyritResults(frameworks, rows);
    for await (const parts of partsOf(source, LAYOUT)) for (const part of parts) await results.take(part);
    return results.scan();
  });
}

class PyritResults {
  #count = 0;
  #isPyrit = false;
  #id = '';
  #scenario = '';
  readonly #targets = new NamedTargets();
  readonly #digest = new RowDigest();
  #state: string | undefined;
  #error = '';
  #version = '';
  /** The scenario's start; if it is missing, `#firstResult` counts. */
  #start: Start | undefined;
  #firstResult: Start | undefined;

  constructor(
    private readonly frameworks: Frameworks,
    private readonly rows: JudgedRows,
  ) {}

  async take(part: Part): Promise<void> {
    const { account } = this.rows;
    if ('notUtf8' in part) account.warnOfNotUtf8();
    else if ('problem' in part) account.skip(part.problem, part.line, LINE_PROBLEMS[part.problem]);
    else if ('line' in part) await this.#add(part.value, { line: part.line });
    else if (part.pattern === SCENARIO_RESULTS || part.pattern === LIST)
      await this.#add(part.value, { isCut: part.cut, group: part.path[1] });
    else this.#addFact(part.pattern, textOf(part.value));
  }

  scan(): ParsedScan {
    if (!this.#isPyrit) {
      const { skipped } = this.rows.account;
      throw new ImportRefusal('not_this_format', notThisFormat.pyrit, { skipped });
    }
    return this.rows.scan({
      tool: { name: 'PyRIT', version: oneLine(this.#version, TOOL_CHARS_MAX) },
      ...(this.#start ?? this.#firstResult ?? NO_START),
      run: this.#run(),
      ...(this.#id !== '' && {
        copy: { runId: oneLine(this.#id, RUN_ID_CHARS_MAX), kind: 'report' as const, results: this.#count },
      }),
      rowsSha256: this.#digest.of('pyrit'),
      targets: this.#targets.list(),
      attempts: this.#count,
    });
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
        this.#start = startOf(value);
        return;
      case 'error_message':
        this.#error = value;
    }
  }

  async #add(row: unknown, { line, isCut, group }: Place): Promise<void> {
    const name = rowNamed.attack(++this.#count);
    this.#digest.add(row);
    const { account } = this.rows;
    const result = attackResultOf(row);
    if (!result) {
      account.skip('unusable_result', line, rowSays.noObjective(name));
      return;
    }
    this.#isPyrit = true;
    this.#version ||= result.version;
    this.#firstResult ??= startOf(result.timestamp);
    if (isCut) account.lose('row_cut', line, rowSays.tooLarge(name));
    if (result.isContradictory) account.warn('score_contradicts', rowSays.failedByScore(name), line);
    const probe = this.#probeOf(result, group);
    const tagRefs = recordedRefs(result.tags, tagsFrom.pyrit, this.frameworks);
    const { scorer: detector, objective, verdict } = result;
    const identity = [probe, detector, objective];
    const finding = () => findingOf(result, probe);
    this.#targets.add(result.target, result.model);
    await this.rows.add({ probe, detector, identity, verdict, isCut, ...tagRefs, finding });
  }

  /** In a scenario, its name and that of the atomic attack; otherwise the classes of the attack and its converters. */
  #probeOf({ attack }: AttackResult, group: Place['group']): string {
    const names = typeof group === 'string' ? [this.#scenario, group] : [attack || 'attack'];
    return oneLine(names.filter((name) => name !== '').join(': '), NAME_CHARS_MAX);
  }

  #run(): RunState {
    if (this.#state === undefined) return RUN_NOT_STATED;
    if (this.#state === 'COMPLETED') return { outcome: 'completed', problems: [] };
    const problem = pyritRunSays.ended(this.#state, this.#error);
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
    summarySays.objective(objective),
    attack && summarySays.attack(attack),
    scorer && summarySays.scorer(scorer),
    (rationale || why) && summarySays.whySucceeded(rationale || why),
  ];
  return {
    title: oneLine(`${probe}: ${oneLine(excerptOf(objective), OBJECTIVE_CHARS_MAX)}`, TITLE_CHARS_MAX),
    summary: excerptOf(sentences.filter(Boolean).join('\n')),
    // PyRIT has no severities.
    severity: 'medium',
    severityOriginal: severitySays.none,
    ...(discoveredAt === undefined ? {} : { discoveredAt }),
    excerpt: excerptOf(output),
  };
}
