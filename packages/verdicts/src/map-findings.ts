import type {
  Basis,
  FrameworkEdition,
  MappingSnapshot,
  RefMapping,
  ScopedFinding,
  ScopeSnapshot,
  Strength,
  SystemProfile,
} from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { byCodeUnits, type Catalog, type Frameworks, type Rules } from '@evidence/frameworks';
import type { Assessment } from './applicability.js';
import { controlsOf } from './controls.js';
import { coverageOf } from './coverage.js';
import { type ControlGroup, overlapsOf } from './overlaps.js';
import { pairsBehind, titlesOf } from './reasons.js';
import { type MappedRefs, refMapper, type UsedMapping } from './refs.js';
import { VERDICT_RULES } from './verdict.js';

export interface MappingQuestion {
  readonly snapshot: ScopeSnapshot;
  readonly snapshotSha256: string;
  /** In the order of the request, which decides the order of coverage and which ref of an overlap comes first. Each framework once. */
  readonly requested: readonly FrameworkEdition[];
  /** The weakest basis accepted for a crosswalk pair. */
  readonly policy: Basis;
  /** The weakest strength accepted for a crosswalk pair. */
  readonly strength: Strength;
  /** As the request describes it. */
  readonly system?: SystemProfile | undefined;
  /** The instant (UTC) as of which the snapshot was resolved. */
  readonly dataAsOf: string;
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
export function mapFindings(question: MappingQuestion): MappingSnapshot {
  const { snapshot, requested, policy, strength, system, dataAsOf, frameworks } = question;
  const catalogs = requested.map((each) => catalogOf(each, frameworks));
  const controls = controlsOf(catalogs);
  const mapper = refMapper({ frameworks, requested, policy, strength, controls });
  const mapped = snapshot.findings.map((finding): MappedFinding => ({ finding, ...mapper.map(finding.refs) }));
  const groups = groupsOf(mapped);
  const used = usedMappings(groups, mapper.mappings);
  const assessment: Assessment = {
    date: system?.assessmentDate ?? dataAsOf.slice(0, 'YYYY-MM-DD'.length),
    ...(system && { system }),
  };
  return {
    scopeSnapshotSha256: question.snapshotSha256,
    policy,
    strength,
    ...(system && { system }),
    assessmentDate: assessment.date,
    crosswalk: { version: frameworks.crosswalk.version, sha256: frameworks.crosswalk.sha256 },
    rules: rulesOf(frameworks),
    findings: mapped.map(({ finding, mappings }) => ({ id: finding.id, mappings })),
    countsByBasis: countsByBasis(used),
    coverage: coverageOf({
      ...{ catalogs, controls, used, assessment },
      scans: snapshot.scans,
      outside: snapshot.outside ?? [],
      stale: frameworks.staleCatalogs(requested, dataAsOf),
      mapRefs: mapper.map,
    }),
    overlaps: overlapsOf(groups, controls),
    refs: titlesOf(used, requested, frameworks),
    pairs: pairsBehind(used, mapper),
    unresolvedTags: unresolvedTagsOf(mapped),
  };
}

/** The rules by which verdicts are reached: those of the data, and the order of the verdicts. */
export const rulesOf = ({ rules }: Pick<Frameworks, 'rules'>): Rules => ({
  version: `${rules.version}+verdicts.${VERDICT_RULES}`,
  sha256: rules.sha256,
});

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

/** Findings that carry the same refs for the same reasons. */
export interface RefGroup extends ControlGroup, Pick<MappedRefs, 'numbers'> {}

/** Findings with the same direct refs were mapped once and are counted together. `mapped` is of one mapper. */
export function groupsOf(mapped: readonly MappedRefs[]): RefGroup[] {
  const groups: { -readonly [member in keyof RefGroup]: RefGroup[member] }[] = [];
  for (const { numbers, controls, combination } of mapped) {
    const group = groups[combination];
    if (group) group.findings += 1;
    else groups[combination] = { numbers, controls, findings: 1 };
  }
  return groups;
}

/** Every different mapping of the groups. `mappings` are those of their mapper. */
export function usedMappings(groups: readonly RefGroup[], mappings: readonly RefMapping[]): UsedMapping[] {
  const counts = new Uint32Array(mappings.length);
  for (const { numbers, findings } of groups) {
    for (const number of numbers) counts[number] = (counts[number] as number) + findings;
  }
  return mappings
    .map((mapping, number) => ({ mapping, findings: counts[number] as number }))
    .filter(({ findings }) => findings > 0);
}

function countsByBasis(used: readonly UsedMapping[]): MappingSnapshot['countsByBasis'] {
  const counts = { direct: 0, official: 0, published: 0, derived: 0 };
  for (const { mapping, findings } of used) counts[mapping.basis] += findings;
  return counts;
}

/** Tags that could not be translated, and refs that a requested edition has no entry for: listed, never guessed. */
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
