import type {
  DirectRef,
  MappedTag,
  MappingHeader,
  MappingLine,
  MappingSnapshot,
  RefMapping,
  ScopedFinding,
} from './generated/types.js';
import { mappingSnapshotOf } from './snapshots.js';
import { ContractError } from './validation.js';

/** What a mapping snapshot says about a scope, whichever release stored it. Its size depends on the distinct refs, not on the findings. */
export interface Mapping extends Omit<MappingSnapshot, 'findings'> {
  readonly counts: MappingHeader['counts'];
  /** In the order of their numbers: best evidence first, then by ref. */
  readonly mappings: readonly RefMapping[];
  /**
   * The numbers of the mappings of the finding at this index of the scope, ascending: one for each ref. Undefined when the mapping is for other
   * findings.
   */
  placesOf(finding: Pick<ScopedFinding, 'id' | 'refs'>, index: number): readonly number[] | undefined;
}

/** As this release stores it. */
export interface TagMapping extends Mapping {
  readonly tags: readonly MappedTag[];
}

/** Throws `ContractError` when a tag refers to a missing mapping. */
export const tagMappingOf = (facts: Omit<TagMapping, 'placesOf'>): TagMapping => ({
  ...facts,
  placesOf: placesByTags(facts),
});

export function* linesOfMapping(mapping: TagMapping): Generator<MappingLine> {
  const { mappings, tags, coverage, overlaps, refs = [], pairs = [], unresolvedTags, placesOf: _, ...header } = mapping;
  yield { header: header as MappingHeader };
  for (const each of mappings) yield { mapping: each };
  for (const tag of tags) yield { tag };
  for (const each of coverage) yield { coverage: each };
  for (const overlap of overlaps) yield { overlap };
  for (const ref of refs) yield { ref };
  for (const pair of pairs) yield { pair };
  for (const unresolvedTag of unresolvedTags) yield { unresolvedTag };
}

/** Throws as `lines` does, and as `tagMappingOf`. */
export async function mappingOfLines(lines: AsyncIterable<MappingLine>): Promise<TagMapping> {
  let header: MappingHeader | undefined;
  const mappings: RefMapping[] = [];
  const tags: MappedTag[] = [];
  const coverage: Mapping['coverage'] = [];
  const overlaps: Mapping['overlaps'] = [];
  const refs: NonNullable<Mapping['refs']> = [];
  const pairs: NonNullable<Mapping['pairs']> = [];
  const unresolvedTags: Mapping['unresolvedTags'] = [];
  for await (const line of lines) {
    header ??= line.header;
    if (line.mapping) mappings.push(line.mapping);
    if (line.tag) tags.push(line.tag);
    if (line.coverage) coverage.push(line.coverage);
    if (line.overlap) overlaps.push(line.overlap);
    if (line.ref) refs.push(line.ref);
    if (line.pair) pairs.push(line.pair);
    if (line.unresolvedTag) unresolvedTags.push(line.unresolvedTag);
  }
  if (!header) throw new ContractError('MappingLine.v1', [{ pointer: '', message: 'the snapshot has no header' }]);
  return tagMappingOf({ ...header, mappings, tags, coverage, overlaps, refs, pairs, unresolvedTags });
}

/** For a mapping snapshot that is one document, which states the refs of each finding. Throws `SyntaxError` and `ContractError`. */
export function mappingOfDocument(document: Uint8Array): Mapping {
  const { findings, ...facts } = mappingSnapshotOf(document);
  const different = new Map<string, RefMapping>();
  for (const { mappings } of findings) for (const mapping of mappings) different.set(keyOfMapping(mapping), mapping);
  const isDirect = ({ basis }: RefMapping) => basis === 'direct';
  const ordered = [...different].sort(
    ([a, first], [b, second]) => Number(isDirect(second)) - Number(isDirect(first)) || (a < b ? -1 : 1),
  );
  const numbers = new Map(ordered.map(([key], number) => [key, number]));
  const places = findings.map(({ id, mappings }) => ({
    id,
    places: mappings.map((mapping) => numbers.get(keyOfMapping(mapping)) as number).sort((a, b) => a - b),
  }));
  return {
    ...facts,
    counts: { findings: findings.length, refs: places.reduce((sum, each) => sum + each.places.length, 0) },
    mappings: ordered.map(([, mapping]) => mapping),
    placesOf({ id }, index) {
      const mapped = places[index];
      return mapped?.id === id ? mapped.places : undefined;
    },
  };
}

const keyOfMapping = ({ ref, basis, via, source, origin, relation, strength }: RefMapping): string =>
  JSON.stringify([ref, basis, via, source, origin, relation, strength]);

/** Number of distinct lists of direct refs whose mappings are cached; a scanner produces a few dozen. */
const REMEMBERED_MAX = 10_000;

/** The mappings of a finding are those of its direct refs; if several have the same ref, the first one. */
function placesByTags({ mappings, tags }: Pick<TagMapping, 'mappings' | 'tags'>): Mapping['placesOf'] {
  const leads = new Map(tags.map((tag) => [keyOfTag(tag), tag.mappings]));
  for (const tag of tags) if (tag.mappings.some((number) => mappings[number] === undefined)) throw unknown(tag);
  const remembered = new Map<string, readonly number[]>();
  return ({ refs }) => {
    let key = '';
    for (const ref of refs) key += keyOfTag(ref);
    const known = remembered.get(key);
    if (known) return known;
    const reached = refs.map((ref) => leads.get(keyOfTag(ref)));
    if (reached.includes(undefined)) return undefined;
    const numbers = [...new Set(reached.flatMap((lead) => lead ?? []))].sort((a, b) => a - b);
    const seen = new Set<string>();
    const places = numbers.filter((number) => {
      const { ref } = mappings[number] as RefMapping;
      return !seen.has(ref) && seen.add(ref);
    });
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, places);
    return places;
  };
}

/** The length keeps the parts apart, because a source may be any text. */
const keyOfTag = ({ ref, source, origin }: Pick<DirectRef, 'ref' | 'source' | 'origin'>): string =>
  `${ref} ${origin ?? ''} ${source.length} ${source}`;

const unknown = ({ ref }: MappedTag): ContractError =>
  new ContractError('MappingLine.v1', [{ pointer: '/tag', message: `${ref} leads to a mapping that is not there` }]);
