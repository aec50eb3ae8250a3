import type { ProbeResult } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { LINE_BYTES_MAX } from '../../limits.js';
import type { ParsedFinding, ParsedScan } from '../../parsed-scan.js';
import { summarySays, tagsFrom, timesFailed, titleSays } from '../../sentences/findings.js';
import { notThisFormat } from '../../sentences/formats.js';
import { garakEntrySays } from '../../sentences/rows.js';
import { NO_START, startOf } from '../instants.js';
import { textOf } from '../json/values.js';
import { linesOf } from '../lines.js';
import { excerptOf } from '../redaction.js';
import { NEWER_VERSION, newerThan, refsOfTags, type TagRefs } from '../refs-of-tags.js';
import { spooling } from '../spool.js';
import { contradictions, evaluationsOf, NO_TALLY, sumOf, type Tally, totalOf } from '../tally.js';
import { oneLine } from '../text.js';
import { entriesOf } from './entries.js';
import { type Counted, countedOf, type Evidence, withUnjudged } from './evidence.js';
import { GarakReport } from './report.js';
import { isShare, severityOf } from './severity.js';
import { statedTally } from './stated-tally.js';

const TITLE_PART_CHARS_MAX = 200;
const SUMMARY_CHARS_MAX = 2000;
const NAME_IN_TITLE_CHARS_MAX = 120;

/**
 * Reads a garak report (`report.jsonl`), hitlog (`hitlog.jsonl`) or digest. A finding is a probe and a detector with at least one failed
 * evaluation; passes are counted as evaluations. Without any evaluation there are no findings, and nothing is clean.
 */
export async function parseGarak(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  const report = new GarakReport();
  for await (const entries of entriesOf(linesOf(source, LINE_BYTES_MAX)))
    for (const entry of entries) report.add(entry);
  if (!report.recognised) {
    throw new ImportRefusal('not_this_format', notThisFormat.garak, { skipped: report.skipped });
  }
  takeInDigest(report);
  return spooling<ParsedFinding, ParsedScan>(async (findings) => {
    const probes: ProbeResult[] = [];
    const counted = new Map<string, Tally>();
    for (const stated of sorted(report.evidence.values())) {
      const evidence = withUnjudged(stated, report.probe(stated.probe));
      const verdict = countedOf(evidence, report.hasEvals, report.hasEvals || report.digest.size > 0);
      for (const discrepancy of verdict.discrepancies) report.contradiction(discrepancy);
      if (verdict.evaluated) counted.set(evidence.probe, sumOf(counted.get(evidence.probe) ?? NO_TALLY, verdict.tally));
      const tagRefs = refsOf(evidence.probe, report, frameworks);
      const { probe, detector } = evidence;
      probes.push({ probe, detector, evaluations: evaluationsOf(verdict.tally), ...scoreOf(evidence), ...tagRefs });
      if (verdict.tally.failed > 0) await findings.add({ ...findingOf(evidence, verdict, report), ...tagRefs });
    }
    probes.push(...unevaluatedProbes(report, frameworks));
    compareProbeTotals(report, counted);
    warnOfNewerVersion(report, frameworks);
    const attempts = attemptsOf(report);
    const copy = report.run.copy(attempts + [...counted.values()].reduce((sum, tally) => sum + totalOf(tally), 0));
    const { version = '', skipped, discrepancies, warnings } = report;
    return {
      tool: { name: 'garak', version: oneLine(version, 64) },
      ...(startOf(report.startedAt) ?? NO_START),
      run: report.ending(),
      ...(copy && { copy }),
      targets: report.run.targets(),
      attempts,
      probes,
      findings,
      skipped,
      discrepancies,
      warnings,
    };
  });
}

const attemptsOf = ({ probes }: GarakReport): number =>
  [...probes.values()].reduce((sum, { sent, completed }) => sum + Math.max(sent, completed), 0);

const sorted = (evidence: Iterable<Evidence>): Evidence[] =>
  [...evidence].sort((a, b) => byCodeUnits(a.probe, b.probe) || byCodeUnits(a.detector, b.detector));

function takeInDigest(report: GarakReport): void {
  for (const [probe, { detectors }] of report.digest) {
    for (const [detector, row] of detectors) {
      const evidence = report.evidenceOf(probe, detector);
      const stated = statedTally(row);
      if (isShare(row.absolute_score)) evidence.score = row.absolute_score;
      if (stated) evidence.digested = stated.tally;
      else if (!evidence.evaluated) takeInScore(report, evidence);
    }
  }
}

/**
 * Until 0.14, a digest has scores without totals. Between 0 and 1, some evaluations failed; at 1, none did. The number of attempts is
 * unknown, so nothing is clean. 0 was also the score of tests that were never evaluated (garak/analyze/report_digest.py, 0.12 and 0.13).
 */
function takeInScore(report: GarakReport, evidence: Evidence): void {
  const name = `${evidence.probe}/${evidence.detector}`;
  if (evidence.score !== undefined && evidence.score > 0) {
    evidence.hasScoreAlone = true;
    report.warn('digest_without_totals', garakEntrySays.scoreAlone(name, evidence.score), report.digestLine);
  } else {
    report.skip('digest_without_totals', report.digestLine, garakEntrySays.ambiguousScore(name));
  }
}

function findingOf(
  evidence: Evidence,
  { tally, from }: Counted,
  report: GarakReport,
): Omit<ParsedFinding, 'refs' | 'unresolvedTags'> {
  const { probe, detector, excerpt = '' } = evidence;
  const { summary = {}, detectors } = report.digest.get(probe) ?? {};
  const judged = detectors?.get(detector) ?? {};
  const evaluations = tally.failuresOnly ? null : totalOf(tally);
  const { severity, original } = severityOf({
    detectorDefcon: judged.absolute_defcon,
    probeDefcon: summary.probe_severity,
    score: judged.absolute_score,
    passRate: evaluations === null ? undefined : tally.passed / evaluations,
  });
  const name = plainText(summary.probe_descr) || oneLine(probe, TITLE_PART_CHARS_MAX);
  const times = {
    evaluations: timesFailed.ofTotal(tally.failed, evaluations),
    hits: timesFailed.hits(tally.failed),
    score: timesFailed.some,
  }[from];
  const goal = report.probes.get(probe)?.goal;
  const sentences = [goal && summarySays.goalOfProbe(goal), plainText(judged.detector_descr)].filter(Boolean);
  return {
    identity: [probe, detector],
    title: titleSays.garak(name, times, oneLine(detector, NAME_IN_TITLE_CHARS_MAX)),
    summary: oneLine(excerptOf(sentences.join(' ')), SUMMARY_CHARS_MAX),
    severity,
    severityOriginal: original,
    status: 'open',
    probe,
    detector,
    excerpt,
    hits: tally.failed,
    evaluations,
    ...scoreOf(evidence),
  };
}

const scoreOf = ({ score }: Evidence): { readonly score?: number } => (score === undefined ? {} : { score });

/** garak 0.13 writes HTML-escaped descriptions into the digest. */
function plainText(description: unknown): string {
  const text = textOf(description) ?? '';
  const plain = text.replace(/&(lt|gt|quot|#39|#x27|amp);/g, (entity) => HTML_ENTITIES.get(entity) ?? entity);
  return oneLine(plain, TITLE_PART_CHARS_MAX);
}

const HTML_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&#x27;', "'"],
  ['&amp;', '&'],
]);

/**
 * From the probe's tags in the digest; if the file has none, from those that garak itself assigns to the probe. garak uses the OWASP list of
 * 2023. For a user's own probe, it does not say which edition the author used.
 */
function refsOf(probe: string, report: GarakReport, frameworks: Frameworks): TagRefs {
  const stated = report.digest.get(probe)?.summary.probe_tags;
  const { tagsOf, meaningOf, version } = frameworks.tagTable('garak');
  const own = tagsOf(probe);
  const meaningHere = own ? (tag: string) => meaningOf(tag, probe) : frameworks.meaningOf;
  if (Array.isArray(stated)) return refsOfTags(stated, { source: tagsFrom.garakFile, origin: 'file' }, meaningHere);
  const source = tagsFrom.garakTable(version);
  return refsOfTags(own ?? [], { source, origin: 'tool_table' }, meaningHere);
}

/** Probes that were sent but that no detector looked at: they ran and are evidence of nothing. */
function* unevaluatedProbes(report: GarakReport, frameworks: Frameworks): Iterable<ProbeResult> {
  const looked = new Set([...report.evidence.values()].map(({ probe }) => probe));
  const names = [...report.probes.keys()].filter((probe) => !looked.has(probe)).sort(byCodeUnits);
  for (const probe of names) {
    const { sent = 0, completed = 0 } = report.probes.get(probe) ?? {};
    const evaluations = evaluationsOf({ ...NO_TALLY, unscored: Math.max(sent, completed) });
    yield { probe, detector: '', evaluations, ...refsOf(probe, report, frameworks) };
  }
}

function warnOfNewerVersion(report: GarakReport, frameworks: Frameworks): void {
  const table = frameworks.tagTable('garak');
  const isRead = [...report.probes.keys()].some((probe) => (table.tagsOf(probe) ?? []).length > 0);
  const message = isRead ? newerThan(table, report.version ?? '') : undefined;
  if (message !== undefined) report.warn(NEWER_VERSION, message);
}

function compareProbeTotals(report: GarakReport, counted: ReadonlyMap<string, Tally>): void {
  for (const [probe, { totals }] of report.probes) {
    if (!totals) continue;
    const ofRows = counted.get(probe) ?? NO_TALLY;
    for (const discrepancy of contradictions(probe, totals, ofRows)) {
      if (discrepancy.subject.endsWith('failed')) report.shortfall(discrepancy);
      else report.contradiction(discrepancy);
    }
  }
}
