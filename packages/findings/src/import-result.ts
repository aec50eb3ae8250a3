import type { Evaluations, FindingRecorded, RunState, ScanRecorded, UnreadMember } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import type { ImportedScan } from './imported-scan.js';
import { UNRESOLVED_TOLD_MAX } from './limits.js';
import type { ImportWarning } from './parsed-scan.js';

/** How many findings have a ref or a tag, and how many probe and detector pairs, whether they passed or failed. */
interface Uses {
  findings: number;
  probes: number;
}

/** What an import did. `counts.in` = `counts.recorded` + all `counts.skipped`. */
export interface ImportResult {
  readonly scanId: string;
  readonly format: string;
  readonly counts: ScanRecorded['counts'];
  readonly evaluated: boolean;
  readonly evaluations: Pick<Evaluations, 'total' | 'passed' | 'failed'>;
  readonly run: RunState;
  readonly refs: ({ readonly ref: string } & Readonly<Uses>)[];
  /** How many findings in the file name no control at all. */
  readonly findingsWithoutControl: number;
  /** The first hundred. */
  readonly unresolvedTags: ({ readonly tag: string } & Readonly<Uses>)[];
  readonly unreadMembers: UnreadMember[];
  readonly discrepancies: ScanRecorded['discrepancies'];
  readonly warnings: readonly ImportWarning[];
}

/** What recording the scan would do if neither it nor another scan of its endpoint was recorded before. Calls `look` with each finding. */
export async function foreseen(
  { scan, findings, warnings, unreadMembers }: ImportedScan,
  look: (finding: FindingRecorded) => void = () => {},
): Promise<ImportResult> {
  const refs = new Map<string, Uses>();
  const tags = new Map<string, Uses>();
  const count = (tagged: Tagged, use: keyof Uses) => {
    for (const { ref } of tagged.refs) usesOf(refs, ref)[use]++;
    for (const tag of tagged.unresolvedTags)
      if (tags.has(tag) || tags.size < UNRESOLVED_TOLD_MAX) usesOf(tags, tag)[use]++;
  };
  for (const probe of scan.probes) count(probe, 'probes');
  const weaknesses = new Set<string>();
  let findingsWithoutControl = 0;
  for await (const part of findings.parts()) {
    for (const finding of part) {
      look(finding);
      count(finding, 'findings');
      if (finding.refs.length === 0) findingsWithoutControl += 1;
      weaknesses.add(finding.findingId);
    }
  }
  const { scanId, format, counts, evaluated, run, discrepancies } = scan;
  const { total, passed, failed } = scan.evaluations;
  return {
    scanId,
    format,
    counts: { ...counts, observed: counts.recorded - weaknesses.size },
    evaluated,
    evaluations: { total, passed, failed },
    run,
    refs: sorted(refs).map(([ref, uses]) => ({ ref, ...uses })),
    findingsWithoutControl,
    unresolvedTags: sorted(tags).map(([tag, uses]) => ({ tag, ...uses })),
    unreadMembers: [...unreadMembers],
    discrepancies,
    warnings,
  };
}

type Tagged = Pick<ScanRecorded['probes'][number], 'refs' | 'unresolvedTags'>;

function usesOf(all: Map<string, Uses>, name: string): Uses {
  const uses = all.get(name) ?? { findings: 0, probes: 0 };
  all.set(name, uses);
  return uses;
}

const sorted = (all: ReadonlyMap<string, Uses>): [string, Uses][] => [...all].sort(([a], [b]) => byCodeUnits(a, b));
