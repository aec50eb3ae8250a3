import {
  assertDocument,
  ContractError,
  type Evaluations,
  isValid,
  type NativeFinding,
  type NativeProbe,
  type NativeTool,
  type SeverityScale,
  type Tool,
} from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { statusNamed } from '../finding-status.js';
import { ImportRefusal } from '../import-refusal.js';
import { instantOf } from '../instants.js';
import { type Layout, type Part, partsOf } from '../json/parts.js';
import { countOf, isObject, type JsonObject, textOf } from '../json/values.js';
import { NAME_CHARS_MAX, SEVERITY_ORIGINAL_CHARS_MAX, TAGS_MAX, TITLE_CHARS_MAX, TOOL_CHARS_MAX } from '../limits.js';
import { type ParsedFinding, type ParsedScan, RUN_NOT_STATED } from '../parsed-scan.js';
import { excerptOf } from '../redaction.js';
import { recordedRefs, type TagRefs } from '../refs-of-tags.js';
import { ScanAccount } from '../scan-account.js';
import { type Spool, spooling } from '../spool.js';
import { NO_TALLY, sumOfEvaluations, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { dispositionOf, identityOf } from './identity.js';
import { NativeProbes } from './probes.js';
import { NativeRun, TARGET_CHARS_MAX } from './run.js';
import { severityOn } from './severity.js';
import { NamedTools, statedControls, UnreadMembers } from './stated.js';

const FORMAT = 'evidence-findings/v1';

/** Of a report of ours; the bytes of one are canonical, so that some come before its findings and some after. */
const REPORT_MEMBERS = ['crosswalk', 'data_as_of', 'generated_at', 'report_id', 'schema_version'];

/** What is not read, so that its loss shows. */
const OTHER_MEMBERS = '{}';

/** A NativeScan; JSON Lines, with the scan in the first line; or a report of ours (EvidenceReport). */
const LAYOUT: Layout = {
  patterns: [
    'format',
    'tool',
    'started_at',
    'run_id',
    'targets',
    'severity_scale',
    'attempts',
    'probes.*',
    'totals',
    'findings.*',
    ...REPORT_MEMBERS,
    OTHER_MEMBERS,
  ],
  ignored: new Set(),
  isLine: (value) => !('findings' in value),
};

/**
 * Reads our own format: `contracts/documents/NativeScan.v1.json`. A finding is a row. In a document, `severity_scale` must stand before
 * `findings`, as every row is read as it comes; a scale that comes later is warned of.
 */
export function parseNative(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return spooling<ParsedFinding, ParsedScan>(async (findings) => {
    const file = new NativeFile(frameworks, findings);
    for await (const part of partsOf(source, LAYOUT)) await file.take(part);
    return file.scan();
  });
}

class NativeFile {
  readonly #account = new ScanAccount();
  readonly #probes = new NativeProbes();
  #recognised = false;
  #tool: Tool = { name: 'unknown', version: '' };
  #startedAt: string | undefined;
  #scale: SeverityScale | undefined;
  #attempts = 0;
  #totals: unknown;
  #rows = 0;
  readonly #run = new NativeRun();
  readonly #unread = new UnreadMembers();
  readonly #tools = new NamedTools();
  readonly #ofReport = new Map<string, unknown>();

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
      if (part.value.format === undefined) await this.#addFinding(part.value, part.line);
      else this.#addHeader(part.value, part.line);
    } else if (part.pattern === 'findings.*') {
      if (part.cut)
        this.#account.warn(
          'row_cut',
          `Finding ${this.#rows + 1} is larger than a finding can be; its rest is ignored.`,
        );
      await this.#addFinding(part.value);
    } else if (part.pattern === OTHER_MEMBERS) {
      this.#unread.count(String(part.path[0]));
    } else {
      this.#addFact(part.pattern, part.value);
    }
  }

  scan(): ParsedScan {
    if (!this.#recognised) {
      const message = `The file does not say "format": "${FORMAT}"; see NativeScan among the contracts.`;
      throw new ImportRefusal('not_this_format', message, { skipped: this.#account.skipped });
    }
    const probes = this.#probes.results(this.#account, (tags) => this.#refsOf(tags));
    this.#compareTotals(sumOfEvaluations(probes.map(({ evaluations }) => evaluations)));
    const { skipped, discrepancies, warnings } = this.#account;
    return {
      tool: this.#tools.only() ?? this.#tool,
      startedAt: this.#startedAt,
      run: RUN_NOT_STATED,
      ...this.#run.copy(this.#rows),
      targets: this.#run.targets,
      attempts: this.#attempts,
      probes,
      findings: this.findings,
      skipped,
      discrepancies,
      warnings,
      unreadMembers: this.#unread.told(),
    };
  }

  #addHeader(header: JsonObject, line: number): void {
    for (const [member, value] of Object.entries(header)) {
      if (member === 'probes' && Array.isArray(value))
        for (const probe of value) this.#addFact('probes.*', probe, line);
      else if (LAYOUT.patterns.includes(member)) this.#addFact(member, value, line);
      else this.#unread.count(member);
    }
  }

  #addFact(pattern: string, value: unknown, line?: number): void {
    switch (pattern) {
      case 'format':
        if (value === FORMAT) this.#recognised = true;
        return;
      case 'tool':
        if (isValid('NativeScan.v1', 'NativeTool', value)) this.#tool = toolOf(value as NativeTool);
        return;
      case 'started_at':
        this.#startedAt = instantOf(value);
        return;
      case 'run_id':
        this.#run.id = value;
        return;
      case 'targets':
        this.#run.addTargets(value);
        return;
      case 'severity_scale':
        if (!isValid('NativeScan.v1', 'SeverityScale', value))
          this.#account.warn(
            'scale_unknown',
            'The severity scale is none that is known; only words are understood.',
            line,
          );
        else if (this.#rows > 0)
          this.#account.warn('scale_too_late', 'The severity scale stands after findings; put it before them.', line);
        else this.#scale = value as SeverityScale;
        return;
      case 'attempts':
        this.#attempts = countOf(value) ?? 0;
        return;
      case 'probes.*':
        if (isValid('NativeScan.v1', 'NativeProbe', value)) this.#probes.state(value as NativeProbe);
        else
          this.#account.warn('unusable_probe', 'A probe lacks its name or its totals; it counts as not tested.', line);
        return;
      case 'totals':
        this.#totals = value;
        return;
      default:
        if (REPORT_MEMBERS.includes(pattern)) this.#addOfReport(pattern, value);
    }
  }

  #addOfReport(member: string, value: unknown): void {
    this.#ofReport.set(member, value);
    this.#recognised ||= this.#ofReport.has('report_id') && this.#ofReport.get('schema_version') === 'v1';
    if (member === 'generated_at') this.#startedAt ??= instantOf(value);
  }

  async #addFinding(row: unknown, line?: number): Promise<void> {
    const index = this.#rows++;
    this.#unread.add(row);
    this.#tools.add(row);
    try {
      assertDocument('NativeFinding.v1', row);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      const { pointer, message } = error.violations[0];
      this.#account.skip('unusable_finding', line, `Finding ${index + 1}: ${pointer || 'it'} ${message}.`);
      this.#countSkipped(row);
      return;
    }
    const finding = this.#findingOf(row as NativeFinding, index, line);
    if (!finding) {
      this.#countSkipped(row);
      return;
    }
    const { probe, detector, hits, evaluations } = finding;
    const { tags } = statedControls(row as NativeFinding, this.#ofReport.size > 0);
    this.#probes.find(probe, detector, tallyOf(hits, evaluations), tags);
    await this.findings.add(finding);
  }

  /** A row that cannot be recorded still says that its probe failed, so that neither the probe nor its controls look clean. */
  #countSkipped(row: unknown): void {
    if (!isObject(row)) return;
    const [probe = '', detector = ''] = [row.probe, row.detector].map((name) =>
      oneLine(textOf(name) ?? '', NAME_CHARS_MAX),
    );
    const tags = Array.isArray(row.tags) ? row.tags.filter((tag) => textOf(tag) !== undefined) : [];
    if (probe === '' && tags.length === 0) return;
    this.#probes.find(probe, detector, tallyOf(Math.max(1, countOf(row.hits) ?? 1), null), tags);
  }

  #findingOf(row: NativeFinding, index: number, line: number | undefined): ParsedFinding | undefined {
    const severity = severityOn(row.severity_scale ?? this.#scale, row.severity);
    const severityOriginal = oneLine(String(row.severity), SEVERITY_ORIGINAL_CHARS_MAX);
    if (!severity) {
      const message = `Finding ${index + 1} has the severity ${severityOriginal}, which the stated scale does not have.`;
      this.#account.skip('severity_unknown', line, message);
      return undefined;
    }
    const status = statusNamed(row.status ?? 'open');
    if (!status)
      this.#account.warn('status_unknown', `Finding ${index + 1} has an unknown status; open is recorded.`, line);
    const discoveredAt = instantOf(row.discovered_at);
    const hits = row.hits ?? 1;
    return {
      identity: identityOf(row),
      title: oneLine(row.title, TITLE_CHARS_MAX) || '(no title)',
      summary: excerptOf(row.summary ?? ''),
      severity,
      severityOriginal,
      status: status ?? 'open',
      ...dispositionOf(status, row),
      ...(row.target === undefined ? {} : { target: oneLine(row.target, TARGET_CHARS_MAX) }),
      ...(discoveredAt === undefined ? {} : { discoveredAt }),
      probe: oneLine(row.probe ?? '', NAME_CHARS_MAX),
      detector: oneLine(row.detector ?? '', NAME_CHARS_MAX),
      ...this.#controlsOf(row),
      excerpt: excerptOf(row.excerpt ?? row.evidence_excerpt ?? ''),
      hits,
      evaluations: typeof row.evaluations === 'number' ? Math.max(hits, row.evaluations) : null,
    };
  }

  #controlsOf(row: NativeFinding): TagRefs {
    const { tags, others } = statedControls(row, this.#ofReport.size > 0);
    const { refs, unresolvedTags } = this.#refsOf(tags);
    return { refs, unresolvedTags: [...unresolvedTags, ...others].slice(0, TAGS_MAX) };
  }

  #refsOf(tags: Iterable<string>): TagRefs {
    return recordedRefs(tags, 'tags in the native file', this.frameworks);
  }

  #compareTotals({ passed, failed }: Evaluations): void {
    if (!isObject(this.#totals)) return;
    for (const [name, counted] of Object.entries({ findings: this.#rows, passed, failed })) {
      const stated = countOf(this.#totals[name]);
      if (stated !== undefined && counted !== null && stated !== counted)
        this.#account.contradiction({ subject: `totals: ${name}`, stated, counted });
    }
  }
}

const tallyOf = (failed: number, evaluations: number | null): Tally =>
  evaluations === null
    ? { ...NO_TALLY, failed, failuresOnly: true }
    : { ...NO_TALLY, passed: evaluations - failed, failed };

const toolOf = ({ name, version = '' }: NativeTool): Tool => ({
  name: oneLine(name, TOOL_CHARS_MAX) || 'unknown',
  version: oneLine(version, TOOL_CHARS_MAX),
});
