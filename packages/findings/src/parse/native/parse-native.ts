import {
  assertDocument,
  ContractError,
  isValid,
  type NativeFinding,
  type NativeProbe,
  type NativeTool,
  type SeverityScale,
  type Tool,
} from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { statusNamed } from '../../finding-status.js';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, SEVERITY_ORIGINAL_CHARS_MAX } from '../../limits.js';
import type { ParsedFindings, ParsedScan } from '../../parsed-scan.js';
import { notThisFormat } from '../../sentences/formats.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { nativeSays } from '../../sentences/scans.js';
import { NO_START, type Start, startOf } from '../instants.js';
import { LINE_PROBLEMS } from '../json/entry.js';
import { type Part, partsOf } from '../json/parts.js';
import { countOf, isObject, type JsonObject, textOf } from '../json/values.js';
import type { TagRefs } from '../refs-of-tags.js';
import { RowDigest } from '../row-digest.js';
import { ScanAccount } from '../scan-account.js';
import { type Spool, spooling } from '../spool.js';
import { NO_TALLY, sumOfEvaluations, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { UnitedRows } from '../united-rows.js';
import { controlsOf, type RowControls, united } from './controls.js';
import { FORMAT, LAYOUT, OTHER_MEMBERS, REPORT_MAPPINGS, REPORT_MEMBERS } from './layout.js';
import { MappingTable } from './mapping-table.js';
import { NativeProbes } from './probes.js';
import { type NativeRow, rowOf } from './row.js';
import { NativeRun } from './run.js';
import { severityOn } from './severity.js';
import { isOfReport, NamedTools, toolOf, UnreadMembers } from './stated.js';
import { compareTotals } from './totals.js';

/**
 * Reads our own format: `contracts/documents/NativeScan.v1.json`. A finding is a row. In a document, `severity_scale` must come before
 * `findings`, because the file is read as a stream; a later scale causes a warning.
 */
export function parseNative(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return spooling<WaitingFinding, ParsedScan>(async (findings) => {
    const file = new NativeFile(frameworks, findings);
    for await (const parts of partsOf(source, LAYOUT)) {
      for (const part of parts) file.take(part);
      await findings.written();
    }
    return file.scan();
  });
}

/** A row that waits until it is known whether the file is one of our reports. JSON. */
interface WaitingFinding {
  readonly finding: NativeRow;
  readonly controls: RowControls;
}

class NativeFile {
  readonly #account = new ScanAccount();
  readonly #probes: NativeProbes;
  readonly #united = new UnitedRows<RowControls>(united);
  #recognised = false;
  #tool: Tool = { name: 'unknown', version: '' };
  #start: Start | undefined;
  readonly #digest = new RowDigest();
  #scale: SeverityScale | undefined;
  #attempts = 0;
  #totals: unknown;
  #rows = 0;
  readonly #run = new NativeRun();
  readonly #unread = new UnreadMembers();
  readonly #tools = new NamedTools();
  readonly #mappings = new MappingTable();
  readonly #ofReport = new Map<string, unknown>();
  #isReport = false;

  constructor(
    private readonly frameworks: Frameworks,
    private readonly waiting: Spool<WaitingFinding>,
  ) {
    this.#probes = new NativeProbes(frameworks);
  }

  take(part: Part): void {
    if ('notUtf8' in part) {
      this.#account.warnOfNotUtf8();
    } else if ('problem' in part) {
      this.#account.skip(part.problem, part.line, LINE_PROBLEMS[part.problem]);
    } else if ('line' in part) {
      if (part.value.format === undefined) this.#addFinding(part.value, part.line);
      else this.#addHeader(part.value, part.line);
    } else if (part.pattern === 'findings.*') {
      if (part.cut) this.#account.lose('row_cut', undefined, rowSays.tooLarge(rowNamed.finding(this.#rows + 1)));
      this.#addFinding(part.value);
    } else if (part.pattern === OTHER_MEMBERS) {
      this.#isReport ||= isOfReport(String(part.path[0]));
      this.#unread.count(String(part.path[0]));
    } else {
      this.#addFact(part.pattern, part.value);
    }
  }

  scan(): ParsedScan {
    if (!this.#recognised) {
      const { skipped } = this.#account;
      throw new ImportRefusal('not_this_format', notThisFormat.native(FORMAT), { skipped });
    }
    const probes = this.#probes.results(this.#account, (controls) => this.#tagRefsOf(controls));
    const evaluations = sumOfEvaluations(probes.map((probe) => probe.evaluations));
    compareTotals(this.#totals, { ...evaluations, findings: this.#rows }, this.#account);
    const { skipped, discrepancies, warnings } = this.#account;
    return {
      tool: this.#tools.only() ?? this.#tool,
      ...(this.#start ?? NO_START),
      run: this.#account.stateOf(this.#run.ending),
      ...this.#run.copy(this.#rows),
      rowsSha256: this.#digest.of('native'),
      targets: this.#run.targets,
      attempts: this.#attempts,
      probes,
      findings: this.#findings(),
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
      else {
        this.#isReport ||= isOfReport(member);
        this.#unread.count(member);
      }
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
        this.#start = startOf(value);
        return;
      case 'run_id':
        this.#run.id = value;
        return;
      case 'run':
        if (!this.#run.end(value)) this.#account.warn('run_unknown', nativeSays.endUnknown, line);
        else for (const problem of this.#run.ending.problems) this.#account.warn('run_failed', problem, line);
        return;
      case 'targets':
        this.#run.addTargets(value);
        return;
      case 'severity_scale':
        if (!isValid('NativeScan.v1', 'SeverityScale', value))
          this.#account.warn('scale_unknown', nativeSays.scaleUnknown, line);
        else if (this.#rows > 0) this.#account.warn('scale_too_late', nativeSays.scaleTooLate, line);
        else this.#scale = value as SeverityScale;
        return;
      case 'attempts':
        this.#attempts = countOf(value) ?? 0;
        return;
      case 'probes.*':
        this.#digest.add(value);
        if (isValid('NativeScan.v1', 'NativeProbe', value)) this.#probes.state(value as NativeProbe);
        else this.#account.lose('unusable_probe', line, nativeSays.probeUnusable);
        return;
      case 'totals':
        this.#totals = value;
        return;
      case REPORT_MAPPINGS:
        this.#isReport = true;
        this.#mappings.add(value);
        return;
      default:
        if (REPORT_MEMBERS.includes(pattern)) this.#addOfReport(pattern, value);
    }
  }

  #addOfReport(member: string, value: unknown): void {
    this.#ofReport.set(member, value);
    this.#isReport ||= isOfReport(member);
    this.#recognised ||= this.#ofReport.has('report_id') && this.#ofReport.get('schema_version') === 'v1';
  }

  #addFinding(row: unknown, line?: number): void {
    const name = rowNamed.finding(++this.#rows);
    this.#digest.add(row);
    this.#unread.add(row);
    this.#tools.add(row);
    try {
      assertDocument('NativeFinding.v1', row);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      const { pointer, message } = error.violations[0];
      this.#account.skip('unusable_finding', line, rowSays.breaksContract(name, pointer, message));
      this.#countSkipped(row);
      return;
    }
    const finding = this.#findingOf(row as NativeFinding, name, line);
    if (!finding) {
      this.#countSkipped(row);
      return;
    }
    const { probe, detector, hits, evaluations } = finding;
    const controls = controlsOf(row as JsonObject, this.#mappings, this.frameworks);
    this.#united.add(finding.identity, controls);
    this.#probes.find(probe, detector, tallyOf(hits, evaluations), controls, true);
    this.waiting.push({ finding, controls });
  }

  /** A row that cannot be recorded still counts as a failure of its probe, so that neither the probe nor its controls look clean. */
  #countSkipped(row: unknown): void {
    if (!isObject(row)) return;
    const [probe = '', detector = ''] = [row.probe, row.detector].map((name) =>
      oneLine(textOf(name) ?? '', NAME_CHARS_MAX),
    );
    const controls = controlsOf(row, this.#mappings, this.frameworks);
    if (probe === '' && controls.own.refs.length === 0) return;
    this.#probes.find(probe, detector, tallyOf(Math.max(1, countOf(row.hits) ?? 1), null), controls, false);
  }

  #findingOf(row: NativeFinding, name: string, line: number | undefined): NativeRow | undefined {
    const severity = severityOn(row.severity_scale ?? this.#scale, row.severity);
    const severityOriginal = oneLine(String(row.severity), SEVERITY_ORIGINAL_CHARS_MAX);
    if (!severity) {
      // Its failures and its tags still count.
      this.#account.pass('severity_unknown');
      this.#account.warn('severity_unknown', rowSays.severityUnknown(name, severityOriginal), line);
      return undefined;
    }
    const status = statusNamed(row.status ?? 'open');
    if (!status) this.#account.warn('status_unknown', rowSays.statusUnknown(name), line);
    return rowOf(row, { severity, severityOriginal }, status);
  }

  #findings(): ParsedFindings {
    return this.waiting.map(({ finding, controls }) => ({
      ...finding,
      ...this.#tagRefsOf(this.#united.of(finding.identity, controls)),
    }));
  }

  #tagRefsOf({ own, inReport }: RowControls): TagRefs {
    return this.#isReport ? inReport : own;
  }
}

const tallyOf = (failed: number, evaluations: number | null): Tally =>
  evaluations === null
    ? { ...NO_TALLY, failed, failuresOnly: true }
    : { ...NO_TALLY, passed: evaluations - failed, failed };
