import type { Mapping, RefMapping, ReportRefMapping } from '@evidence/contracts';

/** `finding_mappings` of a report, without what a pair in `crosswalk_pairs` already states. */
export function findingMappings({ mappings, pairs = [] }: Pick<Mapping, 'mappings' | 'pairs'>): ReportRefMapping[] {
  const stated = new Set(pairs.map(({ refA, refB, basis }) => `${refA} ${refB} ${basis}`));
  const isStated = ({ ref, basis, via }: RefMapping) => via !== undefined && stated.has(`${via} ${ref} ${basis}`);
  return mappings.map((mapping) => {
    const { ref, basis, via = '' } = mapping;
    return isStated(mapping) ? { ref, basis, via } : mapping;
  });
}
