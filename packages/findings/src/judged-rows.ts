import type { ProbeResult } from '@evidence/contracts';
import { TAGS_MAX } from './limits.js';
import type { ParsedFinding } from './parsed-scan.js';
import { FAILED, PASSED, ProbeTallies, UNSCORED } from './probe-tallies.js';
import type { TagRefs } from './refs-of-tags.js';
import { ScanAccount } from './scan-account.js';
import type { Spool } from './spool.js';
import type { Tally } from './tally.js';

/** One attempt on the target. */
export interface JudgedRow extends TagRefs {
  readonly probe: string;
  readonly detector: string;
  /** Neither `passed` nor `failed`: the reason why there is no verdict, under which the row is counted. */
  readonly verdict: string;
  /** What makes it a finding; asked for when it failed. */
  readonly finding: () => Pick<
    ParsedFinding,
    'identity' | 'title' | 'summary' | 'severity' | 'severityOriginal' | 'excerpt' | 'discoveredAt'
  >;
}

const TALLIES: ReadonlyMap<string, Tally> = new Map([
  ['passed', PASSED],
  ['failed', FAILED],
]);

/** Rows with a verdict each: one that failed is a finding, every other is counted by its verdict. */
export class JudgedRows {
  readonly account = new ScanAccount();
  readonly #tallies = new ProbeTallies();
  readonly #tags = new Map<string, TagRefs>();

  constructor(readonly findings: Spool<ParsedFinding>) {}

  /** Throws `ImportRefusal` `too_many_results`. */
  async add({ probe, detector, verdict, refs, unresolvedTags, finding }: JudgedRow): Promise<void> {
    this.#tallies.add(probe, detector, TALLIES.get(verdict) ?? UNSCORED);
    const key = keyOf(probe, detector);
    this.#tags.set(key, merged(this.#tags.get(key), { refs, unresolvedTags }));
    if (verdict === 'failed') {
      const found = { ...finding(), probe, detector, refs, unresolvedTags, hits: 1, evaluations: 1 };
      await this.findings.add({ ...found, status: 'open' });
    } else {
      this.account.pass(verdict);
    }
  }

  tallyOf(probe: string, detector: string): Tally {
    return this.#tallies.tallyOf(probe, detector);
  }

  get total(): Tally {
    return this.#tallies.total;
  }

  probes(): ProbeResult[] {
    return this.#tallies.results((probe, detector) => this.#tags.get(keyOf(probe, detector)) ?? NO_TAGS);
  }
}

const NO_TAGS: TagRefs = { refs: [], unresolvedTags: [] };

const keyOf = (probe: string, detector: string): string => JSON.stringify([probe, detector]);

/** Each ref and each tag once, in the order of their first rows. */
function merged(known: TagRefs | undefined, more: TagRefs): TagRefs {
  if (!known) return more;
  const refs = [...known.refs, ...more.refs.filter(({ ref }) => !known.refs.some((one) => one.ref === ref))];
  const unresolvedTags = [...new Set([...known.unresolvedTags, ...more.unresolvedTags])];
  return { refs: refs.slice(0, TAGS_MAX), unresolvedTags: unresolvedTags.slice(0, TAGS_MAX) };
}
