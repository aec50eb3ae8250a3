import type { Basis, FrameworkEdition, MappingSnapshot, ScopedFinding, ScopeSnapshot } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { byCodeUnits, type Catalog, type Frameworks } from '@evidence/frameworks';
import { controlsOf, type RefGroup } from './controls.js';
import { coverageOf } from './coverage.js';
import { overlapsOf } from './overlaps.js';
import { type MappedRefs, refMapper } from './refs.js';

export interface MappingQuestion {
  readonly snapshot: ScopeSnapshot;
  readonly snapshotSha256: string;
  /** In the order of the request, which decides the order of coverage and which ref of an overlap comes first. */
  readonly requested: readonly FrameworkEdition[];
  /** The weakest basis accepted. */
  readonly policy: Basis;
  readonly frameworks: Frameworks;
}

interface MappedFinding extends MappedRefs {
  readonly finding: ScopedFinding;
}

/** The contract's limit. A report with more different tags keeps those on most findings. */
const UNRESOLVED_TAGS_MAX = 10_000;

/**
 * Refs per finding, coverage per control, overlaps. Throws the `Refusal` `framework_unknown` when a requested edition has no catalog,
 * as when the log was written by a newer release.
 */
export function mapFindings({
  snapshot,
  snapshotSha256,
  requested,
  policy,
  frameworks,
}: MappingQuestion): MappingSnapshot {
  const catalogs = requested.map((each) => catalogOf(each, frameworks));
  const controls = controlsOf(catalogs);
  const mapRefs = refMapper({ frameworks, requested, policy, controls });
  const mapped = snapshot.findings.map((finding): MappedFinding => ({ finding, ...mapRefs(finding.refs) }));
  const groups = groupsOf(mapped);
  const { version, sha256 } = frameworks.crosswalk;
  return {
    scopeSnapshotSha256: snapshotSha256,
    policy,
    crosswalk: { version, sha256 },
    findings: mapped.map(({ finding, mappings }) => ({ id: finding.id, mappings })),
    countsByBasis: countsByBasis(groups),
    coverage: coverageOf({ catalogs, controls, groups, scans: snapshot.scans, mapRefs }),
    overlaps: overlapsOf(groups, controls),
    unresolvedTags: unresolvedTagsOf(mapped),
  };
}

function catalogOf({ framework, edition }: FrameworkEdition, frameworks: Frameworks): Catalog {
  const catalog = frameworks.catalog(framework, edition);
  if (catalog) return catalog;
  throw new Refusal(
    'framework_unknown',
    `There is no catalog ${framework}@${edition}; request one that GET /frameworks lists.`,
    {
      framework,
      edition,
    },
  );
}

/** Findings with the same direct refs were mapped once and are counted together. `mapped` is of one mapper. */
export function groupsOf(mapped: readonly MappedRefs[]): RefGroup[] {
  const groups: { -readonly [member in keyof RefGroup]: RefGroup[member] }[] = [];
  for (const { mappings, controls, combination } of mapped) {
    const group = groups[combination];
    if (group) group.findings += 1;
    else groups[combination] = { mappings, controls, findings: 1 };
  }
  return groups;
}

function countsByBasis(groups: readonly RefGroup[]): MappingSnapshot['countsByBasis'] {
  const counts = { direct: 0, official: 0, published: 0, derived: 0 };
  for (const { mappings, findings } of groups) for (const { basis } of mappings) counts[basis] += findings;
  return counts;
}

/** Tags that nobody could translate, and refs that a requested edition has no entry for: listed, never guessed. */
function unresolvedTagsOf(mapped: readonly MappedFinding[]): MappingSnapshot['unresolvedTags'] {
  const findingsByTag = new Map<string, number>();
  for (const { finding, untranslated } of mapped) {
    if (finding.unresolvedTags.length + untranslated.length === 0) continue;
    for (const tag of new Set([...finding.unresolvedTags, ...untranslated])) {
      findingsByTag.set(tag, (findingsByTag.get(tag) ?? 0) + 1);
    }
  }
  return [...findingsByTag]
    .map(([tag, findings]) => ({ tag, findings }))
    .sort((a, b) => b.findings - a.findings || byCodeUnits(a.tag, b.tag))
    .slice(0, UNRESOLVED_TAGS_MAX)
    .sort((a, b) => byCodeUnits(a.tag, b.tag));
}
