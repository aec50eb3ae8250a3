import type { RunState } from '@evidence/contracts';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, RESULTS_MAX, WARNINGS_MAX } from '../../limits.js';
import { RUN_NOT_STATED } from '../../parsed-scan.js';
import { tooManySays } from '../../sentences/files.js';
import { garakEntrySays } from '../../sentences/rows.js';
import { garakRunSays } from '../../sentences/scans.js';
import { type Entry, LINE_PROBLEMS } from '../json/entry.js';
import { countOf, isObject, type JsonObject, textOf } from '../json/values.js';
import { excerptOf } from '../redaction.js';
import { ScanAccount } from '../scan-account.js';
import { NO_TALLY, sumOf, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { TYPES_OF_EARLY_STOPS, TYPES_OF_THE_END, TYPES_WITHOUT_RESULTS } from './entry-types.js';
import type { Evidence } from './evidence.js';
import { GarakRun } from './run.js';
import { statedTally } from './stated-tally.js';

/** What a file says about one probe. */
export interface ProbeFacts {
  /** garak writes an attempt when it is sent (status 1) and again when it is evaluated (status 2). */
  sent: number;
  completed: number;
  /** Outputs of completed attempts, at least one each: how often every detector had something to score. */
  outputs: number;
  goal?: string;
  /** The totals of `probe_summary`, or of the digest. */
  totals?: Tally;
}

/** What the digest says about a probe and its detectors; kept separately, because a later digest replaces an earlier one. */
export interface DigestedProbe {
  readonly summary: JsonObject;
  readonly detectors: ReadonlyMap<string, JsonObject>;
}

/** garak's `run.eval_threshold`: a score at or above it is a hit. 0.5 unless configured (garak/resources/garak.core.yaml). */
const THRESHOLD_DEFAULT = 0.5;
/** Statuses of an attempt: made but not sent, as in a run that can be resumed; sent. The third one is evaluated. */
const ATTEMPT_MADE = 0;
const ATTEMPT_SENT = 1;
/** A type that is quoted in a message. */
const TYPE_CHARS_MAX = 40;

/**
 * A garak file, entry by entry, in memory that grows with its probes and detectors but not with its attempts. Entry types of garak 0.9 to
 * 0.16: `start_run setup`, `init`, `attempt`, `eval`, `probe_summary`, `digest`, and those without results; a hitlog's rows have no type.
 * Entries of an unknown type may hold results.
 */
export class GarakReport extends ScanAccount {
  recognised = false;
  /** Usable or not: the run was evaluated, so an attempt that no `eval` covers is a gap. */
  hasEvals = false;
  version: string | undefined;
  startedAt: string | undefined;
  threshold = THRESHOLD_DEFAULT;
  digest: ReadonlyMap<string, DigestedProbe> = new Map();
  digestLine = 0;
  readonly run = new GarakRun();
  readonly probes = new Map<string, ProbeFacts>();
  readonly evidence = new Map<string, Evidence>();
  readonly #leftOut = new Set<string>();
  /** It has the head of a report, so it should also have an end. */
  #isReport = false;
  #isEnded = false;
  #stopsEarly = false;

  add(entry: Entry): void {
    if ('problem' in entry) {
      this.skip(entry.problem, entry.line, LINE_PROBLEMS[entry.problem]);
      return;
    }
    const { line, value } = entry;
    const type = value.entry_type ?? ('probe' in value && 'detector' in value ? 'hit' : undefined);
    const read = this.#readers.get(type);
    if (read) {
      this.recognised = true;
      this.run.learn(type, value);
      read(value, line);
    } else if (type === undefined) {
      this.skip('no_entry_type', line, garakEntrySays.noType);
    } else if (TYPES_OF_THE_END.has(type)) {
      this.#isEnded = true;
    } else if (TYPES_OF_EARLY_STOPS.has(type)) {
      this.#stopsEarly = true;
      this.pass('early_stop_summary');
    } else if (!TYPES_WITHOUT_RESULTS.has(type)) {
      this.#leaveOut(String(type), line);
    }
  }

  /** garak writes a digest after the run has ended. Aggregated reports have a digest but no completion entry. */
  ending(): RunState {
    const problems = [
      ...(this.#isReport && !this.#isEnded && this.digestLine === 0 ? [garakRunSays.interrupted] : []),
      ...(this.#stopsEarly ? [garakRunSays.stoppedEarly] : []),
    ];
    for (const problem of problems) this.warn('run_failed', problem);
    if (problems.length > 0) return this.stateOf({ outcome: 'failed', problems });
    return this.stateOf(this.#isEnded ? { outcome: 'completed', problems: [] } : RUN_NOT_STATED);
  }

  /** Warns once for each type, because a run may have thousands of entries. */
  #leaveOut(type: string, line: number): void {
    this.pass('unknown_entry_type');
    if (this.#leftOut.has(type) || this.#leftOut.size >= WARNINGS_MAX) return;
    this.#leftOut.add(type);
    const name = oneLine(type, TYPE_CHARS_MAX);
    this.miss('unknown_entry_type', garakEntrySays.unknownType(name), line);
  }

  readonly #readers: ReadonlyMap<unknown, (value: JsonObject, line: number) => void> = new Map([
    ['start_run setup', (value: JsonObject) => this.#addSetup(value)],
    ['init', (value: JsonObject) => this.#addInit(value)],
    ['attempt', (value: JsonObject, line: number) => this.#addAttempt(value, line)],
    ['eval', (value: JsonObject, line: number) => this.#addEval(value, line)],
    ['probe_summary', (value: JsonObject) => this.#addProbeSummary(value)],
    ['digest', (value: JsonObject, line: number) => this.#addDigest(value, line)],
    ['hit', (value: JsonObject, line: number) => this.#addHit(value, line)],
  ]);

  #addSetup(value: JsonObject): void {
    this.#isReport = true;
    this.version ??= textOf(value['_config.version']);
    this.startedAt ??= textOf(value['transient.starttime_iso']);
    const threshold = value['run.eval_threshold'];
    if (typeof threshold === 'number') this.threshold = threshold;
  }

  /** An aggregated report starts with the time of its aggregation; the scan ran at `orig_start_time`. */
  #addInit(value: JsonObject): void {
    this.#isReport = true;
    this.version = textOf(value.garak_version) ?? this.version;
    this.startedAt = textOf(value.orig_start_time) ?? textOf(value.start_time) ?? this.startedAt;
  }

  #addProbeSummary(value: JsonObject): void {
    const probe = nameOf(value.probe);
    const totals = totalsOf(value.detection_counts);
    if (probe === undefined || !totals) return;
    const facts = this.probe(probe);
    facts.totals = sumOf(facts.totals ?? NO_TALLY, totals);
  }

  #addAttempt(value: JsonObject, line: number): void {
    const name = nameOf(value.probe_classname);
    if (name === undefined) {
      this.skip('unusable_attempt', line, garakEntrySays.noProbe);
      return;
    }
    if (value.status === ATTEMPT_MADE) return;
    const probe = this.probe(name);
    const goal = textOf(value.goal);
    if (goal !== undefined) probe.goal ??= oneLine(goal, NAME_CHARS_MAX);
    if (value.status === ATTEMPT_SENT) {
      probe.sent++;
      return;
    }
    probe.completed++;
    const results = isObject(value.detector_results) ? value.detector_results : {};
    const outputs = Array.isArray(value.outputs) ? value.outputs : [];
    probe.outputs += Math.max(1, outputs.length);
    for (const [detectorName, scores] of Object.entries(results)) {
      const detector = nameOf(detectorName);
      if (detector === undefined || !Array.isArray(scores)) continue;
      const evidence = this.evidenceOf(name, detector);
      evidence.scores = sumOf(evidence.scores, this.#tallyOf(scores));
      const firstHit = scores.findIndex((score) => this.#isHit(score));
      if (firstHit >= 0) evidence.excerpt ??= outputExcerpt(outputs[firstHit]);
    }
  }

  #tallyOf(scores: readonly unknown[]): Tally {
    const unscored = scores.filter((score) => scoreOf(score) === undefined).length;
    const failed = scores.filter((score) => this.#isHit(score)).length;
    return { ...NO_TALLY, passed: scores.length - unscored - failed, failed, unscored };
  }

  #isHit(score: unknown): boolean {
    return (scoreOf(score) ?? Number.NEGATIVE_INFINITY) >= this.threshold;
  }

  #addEval(value: JsonObject, line: number): void {
    this.hasEvals = true;
    const [probe, detector] = [nameOf(value.probe), nameOf(value.detector)];
    const stated = statedTally(value);
    if (probe === undefined || detector === undefined || !stated) {
      this.skip('unusable_eval', line, garakEntrySays.noTotals);
      const fails = countOf(value.fails) ?? 0;
      if (probe !== undefined && fails > 0) this.evidenceOf(probe, detector ?? '').hits += fails;
      return;
    }
    const { tally, statedTotal } = stated;
    const counted = tally.passed + tally.failed;
    const nones = countOf(value.nones) ?? 0;
    if (statedTotal !== undefined && statedTotal !== counted && statedTotal !== counted + nones) {
      this.contradiction({ subject: `${probe}/${detector}: total`, stated: statedTotal, counted });
    }
    const evidence = this.evidenceOf(probe, detector);
    evidence.evaluated = sumOf(evidence.evaluated ?? NO_TALLY, tally);
  }

  #addHit(value: JsonObject, line: number): void {
    const [probe, detector] = [nameOf(value.probe), detectorOf(value.detector)];
    if (probe === undefined || detector === undefined) {
      this.skip('unusable_hit', line, garakEntrySays.hitUnnamed);
      return;
    }
    this.probe(probe).goal ??= oneLine(textOf(value.goal) ?? '', NAME_CHARS_MAX);
    const evidence = this.evidenceOf(probe, detector);
    evidence.hits++;
    evidence.excerpt ??= outputExcerpt(value.output);
  }

  #addDigest(value: JsonObject, line: number): void {
    const meta = isObject(value.meta) ? value.meta : {};
    this.version ??= textOf(meta.garak_version);
    this.startedAt ??= textOf(meta.start_time);
    if (!isObject(value.eval)) {
      this.skip('unusable_digest', line, garakEntrySays.emptyDigest);
      return;
    }
    const digest = new Map<string, DigestedProbe>();
    // In a report grouped by tag, a probe is in several groups, with the same figures in each.
    for (const group of Object.values(value.eval).filter(isObject)) {
      for (const [probeName, probe] of namedObjects(group)) {
        const summary = isObject(probe._summary) ? probe._summary : {};
        digest.set(probeName, { summary, detectors: namedObjects(probe) });
        const counts = isObject(summary.probe_counts) ? summary.probe_counts : {};
        const totals = totalsOf(counts.detection_counts);
        if (totals) this.probe(probeName).totals = totals;
      }
    }
    this.digest = digest;
    this.digestLine = line;
  }

  probe(name: string): ProbeFacts {
    let facts = this.probes.get(name);
    if (!facts) {
      this.#refuseTooMany(this.probes.size);
      facts = { sent: 0, completed: 0, outputs: 0 };
      this.probes.set(name, facts);
    }
    return facts;
  }

  evidenceOf(probe: string, detector: string): Evidence {
    const key = JSON.stringify([probe, detector]);
    let evidence = this.evidence.get(key);
    if (!evidence) {
      this.probe(probe);
      this.#refuseTooMany(this.evidence.size);
      evidence = { probe, detector, scores: NO_TALLY, hits: 0 };
      this.evidence.set(key, evidence);
    }
    return evidence;
  }

  #refuseTooMany(known: number): void {
    if (known < RESULTS_MAX) return;
    throw new ImportRefusal('too_many_results', tooManySays.probes(RESULTS_MAX), { resultsMax: RESULTS_MAX });
  }
}

/** garak reads a detector's score as `float(score)`, and some detectors return a boolean. */
const scoreOf = (score: unknown): number | undefined =>
  typeof score === 'boolean' ? Number(score) : typeof score === 'number' ? score : undefined;

/** A hit of the early-stopping harness names all detectors that agreed on it. */
const detectorOf = (value: unknown): string | undefined =>
  nameOf(Array.isArray(value) ? value.filter((name) => typeof name === 'string').join(', ') : value);

/** Older versions of garak write `probes.dan.Dan_11_0` and `detector.dan.DAN`. */
function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && textOf(oneLine(text.replace(/^(?:garak\.)?(?:probes?|detectors?)\./, ''), NAME_CHARS_MAX));
}

/** The members that are objects, without garak's summaries, whose names begin with `_`. */
function namedObjects(object: JsonObject): Map<string, JsonObject> {
  const named = new Map<string, JsonObject>();
  for (const [member, value] of Object.entries(object)) {
    const name = member.startsWith('_') ? undefined : nameOf(member);
    if (name !== undefined && isObject(value)) named.set(name, value);
  }
  return named;
}

const totalsOf = (counts: unknown): Tally | undefined => (isObject(counts) ? statedTally(counts)?.tally : undefined);

/** An output is a string in older versions of garak, a message with `text` in newer ones, and null if the model gave none. */
function outputExcerpt(output: unknown): string {
  return excerptOf(textOf(isObject(output) ? output.text : output) ?? '');
}
