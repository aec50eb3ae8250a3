import type { Basis, CrosswalkSource, Relation, Strength } from '@evidence/contracts';

/** To be read as `refA <relation> refB`. */
export interface CrosswalkPair {
  readonly refA: string;
  readonly refB: string;
  readonly relation: Relation;
  readonly basis: Exclude<Basis, 'direct'>;
  readonly strength: Strength;
  readonly source: CrosswalkSource;
  readonly licence: string;
  /** One sentence that refers to the text of both controls. */
  readonly rationale: string;
  /** Empty: not reviewed. */
  readonly reviewedBy: string;
  /** How many publications assert the pair, for this edition or a one-to-one equivalent. */
  readonly independentSources: number;
}

/** The publications that pairs are based on, by the key that the pair files use. */
export type KnownSources = Readonly<Record<string, CrosswalkSource & { readonly licence: string }>>;

/** A pair as in the files, with sources by key. `assertedBy` may leave out `source` if that publication does not assert the pair itself. */
export interface RecordedPair extends Omit<CrosswalkPair, 'source' | 'licence' | 'independentSources'> {
  readonly source: string;
  readonly assertedBy: readonly string[];
}

/** The files of `data/crosswalk`, one for each two frameworks; the framework of `refA` comes first. */
const PAIR_FILES = [
  'OWASP_LLM--OWASP_AGENTIC',
  'OWASP_LLM--MITRE_ATLAS',
  'OWASP_LLM--NIST_AI_600_1',
  'OWASP_LLM--EU_AI_ACT',
  'OWASP_LLM--ISO_42001',
  'OWASP_AGENTIC--MITRE_ATLAS',
  'OWASP_AGENTIC--NIST_AI_600_1',
  'OWASP_AGENTIC--EU_AI_ACT',
  'OWASP_AGENTIC--ISO_42001',
  'MITRE_ATLAS--NIST_AI_600_1',
  'MITRE_ATLAS--EU_AI_ACT',
  'MITRE_ATLAS--ISO_42001',
  'NIST_AI_600_1--ISO_42001',
  'EU_AI_ACT--ISO_42001',
] as const;

/** All pairs, in the order of the files. `read` gets paths below the data folder. */
export function readPairs(read: <T>(path: string) => T): readonly CrosswalkPair[] {
  const { sources } = read<{ sources: KnownSources }>('crosswalk/sources.json');
  return PAIR_FILES.flatMap((name) =>
    read<{ pairs: RecordedPair[] }>(`crosswalk/${name}.json`).pairs.map((pair) => withSource(pair, sources)),
  );
}

/** Throws if the pair names a source that is not in `sources`. */
export function withSource({ source: key, assertedBy, ...pair }: RecordedPair, sources: KnownSources): CrosswalkPair {
  for (const each of [key, ...assertedBy]) {
    if (!Object.hasOwn(sources, each)) {
      const { refA, refB } = pair;
      throw new Error(`The pair ${refA}, ${refB} names the source "${each}"; add it to data/crosswalk/sources.json.`);
    }
  }
  const { licence, ...source } = sources[key]!;
  return { ...pair, source, licence, independentSources: assertedBy.length };
}
