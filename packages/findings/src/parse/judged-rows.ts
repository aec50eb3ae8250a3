import type { ProbeResult } from '@evidence/contracts';
import { PASSED_MAX } from '../limits.js';
import type { ParsedFinding, ParsedFindings, ParsedScan, PassedTests } from '../parsed-scan.js';
import { FAILED, PASSED, ProbeTallies, UNSCORED } from './probe-tallies.js';
import { type TagRefs, unitedTags } from './refs-of-tags.js';
import { ScanAccount } from './scan-account.js';
import { type Spool, spooling } from './spool.js';
import { TaggedTallies } from './tagged-tallies.js';
import type { Tally } from './tally.js';
import { UnitedRows } from './united-rows.js';
import { Unpassed } from './unpassed.js';

/** One attempt on the target. */
export interface JudgedRow extends TagRefs {
  readonly probe: string;
  readonly detector: string;
  /** See `ParsedFinding.identity`. Rows of every verdict have one: a row that passed shows that the weakness is gone. */
  readonly identity: readonly string[];
  /** `passed`, `failed`, or the reason why there is no verdict, under which the row is counted. */
  readonly verdict: string;
  /** The row exceeded the size limit, and the part left out may be the failure. */
  readonly isCut?: boolean | undefined;
  /** Called if the row failed. */
  readonly finding: () => Pick<
    ParsedFinding,
    'title' | 'summary' | 'severity' | 'severityOriginal' | 'excerpt' | 'discoveredAt'
  >;
}

const TALLIES: ReadonlyMap<string, Tally> = new Map([
  ['passed', PASSED],
  ['failed', FAILED],
]);

type PassedRow = Pick<ParsedFinding, 'identity'>;

type FileFacts = Pick<ParsedScan, 'tool' | 'startedAt' | 'run' | 'copy' | 'rowsSha256' | 'targets' | 'attempts'>;

/** Calls `read` with rows to add to. If `read` throws, the rows are disposed of. */
export function readingRows(read: (rows: JudgedRows) => Promise<ParsedScan>): Promise<ParsedScan> {
  return spooling<ParsedFinding, ParsedScan>((findings) =>
    spooling<PassedRow, ParsedScan>((passed) => read(new JudgedRows(findings, passed)), PASSED_MAX),
  );
}

/**
 * Rows with a verdict each: a failed one is a finding, every other one is counted by its verdict. Rows of one probe with different tags are
 * counted separately, because a row that passed says nothing about the controls of another row.
 */
export class JudgedRows {
  readonly account = new ScanAccount();
  readonly #tallies = new ProbeTallies();
  readonly #byTags = new TaggedTallies();
  readonly #united = new UnitedRows<TagRefs>((one, other) => unitedTags([one, other]));
  readonly #unpassed = new Unpassed();

  constructor(
    private readonly found: Spool<ParsedFinding>,
    private readonly passedRows: Spool<PassedRow>,
  ) {}

  /** Throws `ImportRefusal` `too_many_results`. */
  async add(row: JudgedRow): Promise<void> {
    const { probe, detector, identity, refs, unresolvedTags, finding, isCut = false } = row;
    const verdict = isCut && row.verdict === 'passed' ? 'row_cut' : row.verdict;
    const tally = TALLIES.get(verdict) ?? UNSCORED;
    this.#tallies.add(probe, detector, tally);
    this.#byTags.add(probe, detector, row, tally);
    if (verdict !== 'passed') this.#unpassed.add(identity);
    if (verdict === 'failed') {
      const found = { ...finding(), identity, probe, detector, refs, unresolvedTags, hits: 1, evaluations: 1 };
      this.#united.add(identity, { refs, unresolvedTags });
      await this.found.add({ ...found, status: 'open' });
      return;
    }
    if (verdict === 'passed' && !this.passedRows.isFull) await this.passedRows.add({ identity });
    this.account.pass(verdict);
  }

  get findings(): ParsedFindings {
    return this.found.map((row) => {
      const { refs, unresolvedTags } = row;
      return { ...row, ...this.#united.of(row.identity, { refs, unresolvedTags }) };
    });
  }

  /** Rows that passed, except those whose identity also has a row that did not. */
  get passed(): PassedTests {
    return this.#unpassed.among(this.passedRows);
  }

  /** The scan, after all rows were added, with `facts` from outside the rows. `run` is the stated one, before missing rows are considered. */
  scan({ run, ...facts }: FileFacts): ParsedScan {
    const { skipped, discrepancies, warnings } = this.account;
    return {
      ...facts,
      run: this.account.stateOf(run),
      probes: this.probes(),
      findings: this.findings,
      passed: this.passed,
      skipped,
      discrepancies,
      warnings,
    };
  }

  tallyOf(probe: string, detector: string): Tally {
    return this.#tallies.tallyOf(probe, detector);
  }

  get total(): Tally {
    return this.#tallies.total;
  }

  /** By probe, detector and tags. */
  probes(): ProbeResult[] {
    return this.#byTags.sorted();
  }
}
