import type { Mapping, RefMapping, ReportRefMapping } from '@evidence/contracts';

/** `finding_mappings` of a report. What a pair of `crosswalk_pairs` says is not said again. */
export function findingMappings({ mappings, pairs = [] }: Pick<Mapping, 'mappings' | 'pairs'>): ReportRefMapping[] {
  const stated = new Set(pairs.map(({ refA, refB, basis }) => `${refA} ${refB} ${basis}`));
  const isStated = ({ ref, basis, via }: RefMapping) => via !== undefined && stated.has(`${via} ${ref} ${basis}`);
  return mappings.map((mapping) => {
    const { ref, basis, via = '' } = mapping;
    return isStated(mapping) ? { ref, basis, via } : mapping;
  });
}
