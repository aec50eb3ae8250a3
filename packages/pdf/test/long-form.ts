import type { EvidenceReport, ReportFinding, ReportRefMapping } from '@evidence/contracts';

/** A finding with its mappings in full instead of their indexes. */
export type LongFinding = Omit<ReportFinding, 'mappings'> & { mappings: ReportRefMapping[] };

/** The findings in the form of a report: each distinct mapping once, in order of first appearance. */
export function shortForm(findings: readonly LongFinding[]): Pick<EvidenceReport, 'finding_mappings' | 'findings'> {
  const places = new Map<string, number>();
  const table: ReportRefMapping[] = [];
  const placeOf = (mapping: ReportRefMapping): number => {
    const key = JSON.stringify(mapping);
    const place = places.get(key) ?? table.push(mapping) - 1;
    places.set(key, place);
    return place;
  };
  const short = findings.map((finding) => ({ ...finding, mappings: finding.mappings.map(placeOf) }));
  return { finding_mappings: table, findings: short };
}

export const longForm = ({ finding_mappings: table, findings }: EvidenceReport): LongFinding[] =>
  findings.map((finding) => ({ ...finding, mappings: finding.mappings.flatMap((place) => table[place] ?? []) }));
