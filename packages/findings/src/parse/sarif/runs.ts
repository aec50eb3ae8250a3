import { type ProbeResult, type RunCopy, type RunState, sha256Of, type Tool } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, RESULTS_MAX, RUN_PROBLEMS_MAX, TOOL_CHARS_MAX } from '../../limits.js';
import { tooManySays } from '../../sentences/files.js';
import { NO_RULE } from '../../sentences/findings.js';
import { sarifSays } from '../../sentences/scans.js';
import { instantOf } from '../instants.js';
import type { Pick } from '../json/picks.js';
import { isObject, textOf } from '../json/values.js';
import type { TagRefs } from '../refs-of-tags.js';
import { TaggedTallies } from '../tagged-tallies.js';
import { NO_TALLY, sumOf, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import type { StatedControls } from './result.js';
import { DRIVER, messagesOf, type Rule, type RuleName, Rules, ruleNameOf } from './rules.js';
import { RunEnding } from './run-ending.js';
import { refsOf, type StatedTag } from './stated-tags.js';
import { Taxonomies } from './taxonomies.js';

const RUNS_MAX = 1000;
const GUID_CHARS_MAX = 256;
/** Overrides of all invocations of a run. Limited, because every finding searches them. */
const OVERRIDES_MAX = 1000;

interface Override {
  readonly invocation: number;
  readonly rule: RuleName;
  readonly level: string;
}

interface RuleTally {
  readonly name: RuleName;
  readonly controls: StatedControls;
  readonly tally: Tally;
}

/** One run of one tool: its rules, taxonomies and overrides, and the tallies of its results by rule. Rules may come after results. */
export class SarifRun {
  readonly rules = new Rules();
  readonly #taxonomies = new Taxonomies();
  messages: ReadonlyMap<string, string> = new Map();
  /** The run's own guid (§3.17.4), unlike `correlationGuid`, which runs share. */
  guid = '';
  tool = '';
  toolVersion = '';
  startedAt: string | undefined;
  /** How it ended, according to its invocations (§3.20). */
  readonly ending = new RunEnding();
  /** Some results are of kind `pass`. Without any, the run lists failures only, and the number of passes is unknown. */
  #listsPasses = false;
  /** Counted by their members: each has at least `executionSuccessful`. */
  #invocations = 0;
  readonly #overrides: Override[] = [];
  readonly #tallies = new Map<string, RuleTally>();

  learn({ pattern, path, value }: Pick): void {
    switch (pattern) {
      case 'runs.*.automationDetails.guid':
        this.guid = oneLine(textOf(value) ?? '', GUID_CHARS_MAX);
        return;
      case 'runs.*.tool.driver.name':
        this.tool = oneLine(textOf(value) ?? '', NAME_CHARS_MAX);
        this.rules.addComponent(DRIVER, 'name', value);
        return;
      case 'runs.*.tool.driver.guid':
        this.rules.addComponent(DRIVER, 'guid', value);
        return;
      case 'runs.*.tool.driver.semanticVersion':
        this.toolVersion ||= oneLine(textOf(value) ?? '', TOOL_CHARS_MAX);
        return;
      case 'runs.*.tool.driver.version':
        this.toolVersion = oneLine(textOf(value) ?? '', TOOL_CHARS_MAX) || this.toolVersion;
        return;
      case 'runs.*.tool.driver.globalMessageStrings':
        this.messages = messagesOf(value);
        return;
      case 'runs.*.tool.driver.rules.*':
        this.rules.add(DRIVER, Number(path[5]), value);
        return;
      case 'runs.*.tool.extensions.*.guid':
        this.rules.addComponent(Number(path[4]), 'guid', value);
        return;
      case 'runs.*.tool.extensions.*.name':
        this.rules.addComponent(Number(path[4]), 'name', value);
        return;
      case 'runs.*.tool.extensions.*.rules.*':
        this.rules.add(Number(path[4]), Number(path[6]), value);
        return;
      case 'runs.*.taxonomies.*.name':
      case 'runs.*.taxonomies.*.guid':
      case 'runs.*.taxonomies.*.version':
      case 'runs.*.taxonomies.*.semanticVersion':
      case 'runs.*.taxonomies.*.taxa.*.id':
        this.#taxonomies.learn(path, value);
        return;
      default:
        this.#learnOfInvocation(Number(path[3]), pattern.slice('runs.*.invocations.*.'.length), value);
    }
  }

  #learnOfInvocation(index: number, member: string, value: unknown): void {
    this.#invocations = Math.max(this.#invocations, index + 1);
    switch (member) {
      case 'startTimeUtc':
        this.startedAt ??= instantOf(value);
        return;
      case 'ruleConfigurationOverrides':
        this.#override(index, value);
        return;
      default:
        this.ending.learn(member, value);
    }
  }

  /**
   * The level that the configuration of an invocation, such as its command line, gave a rule (§3.20.5, §3.51). A result that does not name its
   * invocation belongs to the only one (§3.48.6); if there are several, it is unknown, and nothing is overridden.
   */
  overriddenLevel(invocation: number, name: RuleName): string | undefined {
    if (this.#overrides.length === 0) return undefined;
    const key = this.#keyOf(name);
    const index = invocation < 0 && this.#invocations === 1 ? 0 : invocation;
    return this.#overrides.find((each) => each.invocation === index && this.#keyOf(each.rule) === key)?.level;
  }

  #override(invocation: number, overrides: unknown): void {
    if (!Array.isArray(overrides)) return;
    for (const { descriptor, configuration } of overrides.filter(isObject)) {
      const level = isObject(configuration) ? textOf(configuration.level) : undefined;
      if (level === undefined || !isObject(descriptor) || this.#overrides.length >= OVERRIDES_MAX) continue;
      this.#overrides.push({ invocation, rule: ruleNameOf(descriptor), level });
    }
  }

  /** The rule, or its id if the file does not describe it. */
  #keyOf(name: RuleName): Rule | string {
    return this.rules.find(name) ?? name.id;
  }

  /** The tags of a rule or a result, including its taxa. */
  tagsOf({ tags, taxa }: StatedControls): StatedTag[] {
    return [...tags, ...taxa.flatMap((taxon) => this.#taxonomies.tagOf(taxon) ?? [])];
  }

  /**
   * Results of one rule that state different controls of their own are counted separately, because a pass says nothing about other controls.
   * Throws `ImportRefusal` `too_many_results`.
   */
  tally(name: RuleName, controls: StatedControls, tally: Tally): void {
    this.#listsPasses ||= tally.passed > 0;
    const key = JSON.stringify([name, controls]);
    const known = this.#tallies.get(key);
    if (!known && this.#tallies.size >= RESULTS_MAX) {
      throw new ImportRefusal('too_many_results', tooManySays.taggedRules(RESULTS_MAX), { rulesMax: RESULTS_MAX });
    }
    this.#tallies.set(key, { name, controls, tally: sumOf(known?.tally ?? NO_TALLY, tally) });
  }

  *tallies(): Iterable<RuleTally> {
    for (const { tally, ...result } of this.#tallies.values())
      yield { ...result, tally: { ...tally, failuresOnly: tally.failed > 0 && !this.#listsPasses } };
  }

  /** The refs of a result and its rule. */
  refsOf(rule: Rule | undefined, result: StatedControls, frameworks: Frameworks): TagRefs {
    return refsOf([...(rule ? this.tagsOf(rule) : []), ...this.tagsOf(result)], frameworks);
  }

  /** The evaluations of one failed result. */
  get evaluations(): number | null {
    return this.#listsPasses ? 1 : null;
  }
}

export class SarifRuns {
  readonly #runs = new Map<number, SarifRun>();

  get count(): number {
    return this.#runs.size;
  }

  /** Throws `ImportRefusal` `too_many_results`. */
  at(index: number): SarifRun {
    let run = this.#runs.get(index);
    if (!run) {
      if (this.#runs.size >= RUNS_MAX)
        throw new ImportRefusal('too_many_results', tooManySays.runs(RUNS_MAX), { RUNS_MAX });
      run = new SarifRun();
      this.#runs.set(index, run);
    }
    return run;
  }

  /** How the runs ended, together. */
  state(): RunState {
    const runs = [...this.#runs];
    const problems = runs.flatMap(([index, { ending }]) =>
      ending.problems.map((what) => sarifSays.problem(index + 1, what)),
    );
    if (problems.length > 0) return { outcome: 'failed', problems: problems.slice(0, RUN_PROBLEMS_MAX) };
    const allSucceeded = runs.length > 0 && runs.every(([, { ending }]) => ending.isSuccess);
    return { outcome: allSucceeded ? 'completed' : 'not_stated', problems: [] };
  }

  /** Names all tools, with a version only if there is one tool. */
  tool(): Tool {
    const runs = [...this.#runs.values()];
    const names = [...new Set(runs.map(({ tool }) => tool))].filter((name) => name !== '');
    const versions = [...new Set(runs.map(({ toolVersion }) => toolVersion))];
    const version = names.length === 1 && versions.length === 1 ? (versions[0] ?? '') : '';
    return { name: oneLine(names.join(', '), TOOL_CHARS_MAX) || 'unknown', version };
  }

  /** The id of all runs together, in any order, if each has a guid. `results`: how many results the file has. */
  copy(results: number): { readonly copy?: RunCopy } {
    const guids = [...this.#runs.values()].map(({ guid }) => guid).sort();
    const [first = ''] = guids;
    if (first === '') return {};
    const runId = guids.length === 1 ? first : `sha256:${sha256Of(JSON.stringify(guids))}`;
    return { copy: { runId, kind: 'report', results } };
  }

  /** When the earliest run began. */
  startedAt(): string | undefined {
    return [...this.#runs.values()].flatMap(({ startedAt }) => startedAt ?? []).sort()[0];
  }

  /** By rule, tool and tags, after all rules were read. Throws `ImportRefusal` `too_many_results`. */
  results(frameworks: Frameworks): ProbeResult[] {
    const results = new TaggedTallies();
    for (const run of this.#runs.values()) {
      for (const { name, controls, tally } of run.tallies()) {
        const rule = run.rules.find(name);
        results.add(probeOf(name, rule), run.tool, run.refsOf(rule, controls, frameworks), tally);
      }
    }
    return results.sorted();
  }
}

/** The rule's id; the id in the result if it has one, since it may name a part of a rule. */
export const probeOf = (name: RuleName, rule: Rule | undefined): string => name.id || rule?.id || NO_RULE;
