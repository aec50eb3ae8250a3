import type {
  Basis,
  DirectRef,
  FrameworkEdition,
  MappedTag,
  Mapping,
  OpenElsewhen,
  OutsideFindings,
  ScopedFinding,
  ScopeLine,
  Strength,
  SystemProfile,
  TagMapping,
} from '@evidence/contracts';
import { tagMappingOf } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { byCodeUnits, type Catalog, type Frameworks } from '@evidence/frameworks';
import type { Assessment } from './applicability.js';
import { type Controls, controlsOf } from './controls.js';
import { coverageOf, TestCounts } from './coverage.js';
import { OverlapCounts } from './overlaps.js';
import { pairsOf, titlesOf } from './reasons.js';
import { byPlace, COMBINATIONS_MAX, type MappedRefs, type RefMapper, refMapper, type UsedMapping } from './refs.js';
import { rulesOf } from './rules.js';
import { rulesSay } from './sentences.js';

export interface MappingQuestion {
  readonly snapshotSha256: string;
  /** In the order of the request, which decides the order of coverage and the first ref of an overlap. Each framework once. */
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

/** The contract's limit. If there are more different tags, those on most findings are kept. */
const UNRESOLVED_TAGS_MAX = 10_000;

/**
 * The mapping of a scope: what the refs of the findings lead to, coverage per control, overlaps. Takes the lines of a scope snapshot one by
 * one, and keeps only what its findings have in common.
 */
export class ScopeMapping {
  readonly #catalogs: readonly Catalog[];
  readonly #controls: Controls;
  readonly #mapper: RefMapper;
  readonly #tests: TestCounts;
  readonly #overlaps: OverlapCounts;
  /** Findings by what they lead to, until they are counted. */
  #groups = new Map<MappedRefs, number>();
  /** By the number of a mapping: the findings that have it. */
  readonly #used: number[] = [];
  readonly #tags = new Map<string, DirectRef>();
  readonly #unresolved = new Map<string, number>();
  readonly #outside: OutsideFindings[] = [];
  readonly #openElsewhen: OpenElsewhen[] = [];
  #findings = 0;

  /** Throws the `Refusal` `framework_unknown` if a requested edition has no catalog, as when a newer release wrote the log. */
  constructor(private readonly question: MappingQuestion) {
    const { requested, policy, strength, frameworks } = question;
    this.#catalogs = requested.map((each) => catalogOf(each, frameworks));
    this.#controls = controlsOf(this.#catalogs);
    this.#mapper = refMapper({ frameworks, requested, policy, strength, controls: this.#controls });
    this.#tests = new TestCounts(this.#mapper.map);
    this.#overlaps = new OverlapCounts(this.#controls);
  }

  take({ finding, outside, openElsewhen, scan }: ScopeLine): void {
    if (finding) this.#add(finding);
    if (outside) this.#outside.push(outside);
    if (openElsewhen) this.#openElsewhen.push(openElsewhen);
    if (scan) this.#tests.add(scan);
  }

  /** Once, after the last line. */
  result(): TagMapping {
    this.#count();
    const { requested, policy, strength, system, dataAsOf, frameworks, snapshotSha256 } = this.question;
    const { mappings } = this.#mapper;
    const used = mappings
      .map((mapping, number) => ({ mapping, number, findings: this.#used[number] ?? 0 }))
      .filter(({ findings }) => findings > 0)
      .sort((a, b) => byPlace(a.mapping, b.mapping));
    const assessment: Assessment = {
      date: system?.assessmentDate ?? dataAsOf.slice(0, 'YYYY-MM-DD'.length),
      ...(system && { system }),
    };
    return tagMappingOf({
      scopeSnapshotSha256: snapshotSha256,
      policy,
      strength,
      ...(system && { system }),
      assessmentDate: assessment.date,
      crosswalk: { version: frameworks.crosswalk.version, sha256: frameworks.crosswalk.sha256 },
      rules: rulesOf(frameworks),
      counts: { findings: this.#findings, refs: used.reduce((sum, { findings }) => sum + findings, 0) },
      countsByBasis: countsByBasis(used),
      mappings: used.map(({ mapping }) => mapping),
      tags: this.#tagsLeadingTo(used.map(({ number }) => number)),
      coverage: coverageOf({
        ...{ catalogs: this.#catalogs, controls: this.#controls, used, assessment },
        tests: this.#tests.tests(),
        outside: this.#outside,
        openElsewhen: this.#openElsewhen,
        stale: frameworks.staleCatalogs(requested, dataAsOf),
        mapRefs: this.#mapper.map,
      }),
      overlaps: this.#overlaps.overlaps(),
      refs: titlesOf(used, requested, frameworks),
      pairs: pairsOf(used, this.#mapper),
      unresolvedTags: unresolvedTags(this.#unresolved),
    });
  }

  #add({ refs, unresolvedTags: tags }: ScopedFinding): void {
    this.#findings += 1;
    const mapped = this.#mapper.map(refs);
    const { untranslated } = mapped;
    if (tags.length + untranslated.length > 0)
      for (const tag of new Set([...tags, ...untranslated]))
        this.#unresolved.set(tag, (this.#unresolved.get(tag) ?? 0) + 1);
    const known = this.#groups.get(mapped);
    this.#groups.set(mapped, (known ?? 0) + 1);
    if (known !== undefined) return;
    for (const ref of refs) this.#tags.set(tagKey(ref), ref);
    if (this.#groups.size > COMBINATIONS_MAX) this.#count();
  }

  /** Findings with the same direct refs are counted together. */
  #count(): void {
    for (const [{ numbers, controls }, findings] of this.#groups) {
      for (const number of numbers) this.#used[number] = (this.#used[number] ?? 0) + findings;
      this.#overlaps.add({ controls, findings });
    }
    this.#groups = new Map();
  }

  /** `used` are the numbers of mappings, by their places. */
  #tagsLeadingTo(used: readonly number[]): MappedTag[] {
    const places = new Map(used.map((number, place) => [number, place]));
    return [...this.#tags]
      .sort(([a], [b]) => byCodeUnits(a, b))
      .map(([, tag]) => ({
        ...{ ref: tag.ref, source: tag.source },
        ...(tag.origin && { origin: tag.origin }),
        mappings: this.#mapper
          .ways(tag)
          .flatMap((number) => places.get(number) ?? [])
          .sort((a, b) => a - b),
      }));
  }
}

const tagKey = ({ ref, source, origin }: DirectRef): string => JSON.stringify([ref, source, origin ?? '']);

function catalogOf({ framework, edition }: FrameworkEdition, frameworks: Frameworks): Catalog {
  const catalog = frameworks.catalog(framework, edition);
  if (catalog) return catalog;
  throw new Refusal('framework_unknown', rulesSay.noCatalog(framework, edition), { framework, edition });
}

function countsByBasis(used: readonly UsedMapping[]): Mapping['countsByBasis'] {
  const counts = { direct: 0, official: 0, published: 0, derived: 0 };
  for (const { mapping, findings } of used) counts[mapping.basis] += findings;
  return counts;
}

/** Tags that could not be translated, and refs without an entry in a requested edition: listed, never guessed. */
const unresolvedTags = (findingsByTag: ReadonlyMap<string, number>): Mapping['unresolvedTags'] =>
  [...findingsByTag]
    .map(([tag, findings]) => ({ tag, findings }))
    .sort((a, b) => b.findings - a.findings || byCodeUnits(a.tag, b.tag))
    .slice(0, UNRESOLVED_TAGS_MAX)
    .sort((a, b) => byCodeUnits(a.tag, b.tag));
