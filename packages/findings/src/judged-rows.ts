import { createHash } from 'node:crypto';
import type { ProbeResult } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { ImportRefusal } from './import-refusal.js';
import { PASSED_MAX, RESULTS_MAX } from './limits.js';
import type { ParsedFinding, ParsedScan, PassedTests } from './parsed-scan.js';
import { FAILED, PASSED, ProbeTallies, UNSCORED } from './probe-tallies.js';
import type { TagRefs } from './refs-of-tags.js';
import { ScanAccount } from './scan-account.js';
import { type Spool, spooling } from './spool.js';
import { evaluationsOf, sumOf, type Tally } from './tally.js';

/** One attempt on the target. */
export interface JudgedRow extends TagRefs {
  readonly probe: string;
  readonly detector: string;
  /** That of `ParsedFinding`, whatever the verdict: what passed shows the weakness of this identity to be gone. */
  readonly identity: readonly string[];
  /** Neither `passed` nor `failed`: the reason why there is no verdict, under which the row is counted. */
  readonly verdict: string;
  /** What makes it a finding; asked for when it failed. */
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

/** Gives `read` rows to add to; what they keep is disposed of when it throws. */
export function readingRows(read: (rows: JudgedRows) => Promise<ParsedScan>): Promise<ParsedScan> {
  return spooling<ParsedFinding, ParsedScan>((findings) =>
    spooling<PassedRow, ParsedScan>((passed) => read(new JudgedRows(findings, passed)), PASSED_MAX),
  );
}

/** Identities may be long. */
const digestOf = (identity: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(identity), 'utf8').digest('base64');

/**
 * Rows with a verdict each: one that failed is a finding, every other is counted by its verdict. Rows of one probe with different tags
 * are counted apart, for a row that passed says nothing about the controls of another one.
 */
export class JudgedRows {
  readonly account = new ScanAccount();
  readonly #tallies = new ProbeTallies();
  readonly #byTags = new Map<string, Omit<ProbeResult, 'evaluations'> & { readonly tally: Tally }>();

  /** Digests of identities. */
  readonly #failed = new Set<string>();

  constructor(
    readonly findings: Spool<ParsedFinding>,
    private readonly passedRows: Spool<PassedRow>,
  ) {}

  /** Throws `ImportRefusal` `too_many_results`. */
  async add({ probe, detector, identity, verdict, refs, unresolvedTags, finding }: JudgedRow): Promise<void> {
    const tally = TALLIES.get(verdict) ?? UNSCORED;
    this.#tallies.add(probe, detector, tally);
    const key = JSON.stringify([probe, detector, refs.map(({ ref }) => ref), unresolvedTags]);
    const known = this.#byTags.get(key);
    if (!known && this.#byTags.size >= RESULTS_MAX) {
      const message = `The file has more than ${RESULTS_MAX} probes with different tags; split the scan by probes.`;
      throw new ImportRefusal('too_many_results', message, { resultsMax: RESULTS_MAX });
    }
    const sum = known ? sumOf(known.tally, tally) : tally;
    this.#byTags.set(key, { probe, detector, refs, unresolvedTags, tally: sum });
    if (verdict === 'failed') {
      this.#failed.add(digestOf(identity));
      const found = { ...finding(), identity, probe, detector, refs, unresolvedTags, hits: 1, evaluations: 1 };
      await this.findings.add({ ...found, status: 'open' });
      return;
    }
    if (verdict === 'passed' && !this.passedRows.isFull) await this.passedRows.add({ identity });
    this.account.pass(verdict);
  }

  /** Rows that passed, without those whose identity also failed. */
  get passed(): PassedTests {
    const [rows, failed] = [this.passedRows, this.#failed];
    return {
      async *[Symbol.asyncIterator]() {
        for await (const row of rows) if (!failed.has(digestOf(row.identity))) yield row;
      },
      [Symbol.asyncDispose]: () => rows[Symbol.asyncDispose](),
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
    return [...this.#byTags]
      .sort(([a], [b]) => byCodeUnits(a, b))
      .map(([, { tally, ...result }]) => ({ ...result, evaluations: evaluationsOf(tally) }));
  }
}
