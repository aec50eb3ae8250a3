/** What each peer typesets: a plain version of the standard pack, unsigned, with nothing attached. */
import type { EvidenceReport, ReportFinding } from '@evidence/contracts';

export interface PeerDocument {
  /** All of the report but its findings. */
  readonly facts: Omit<EvidenceReport, 'findings'>;
  /** Generated again for each render, one by one. */
  findings(): Generator<ReportFinding>;
}

/** Loads everything first, so that only the render is measured. The render writes the file and resolves when it is complete. */
export type Peer = (document: PeerDocument) => Promise<(file: string) => Promise<void>>;

/** Points, of A4 with margins of 42: severity, id, title, controls, evidence. */
export const WIDTHS = [44, 110, 150, 100, 67] as const;
export const HEADS = ['Severity', 'Finding', 'Title', 'Controls', 'Evidence SHA-256'] as const;

export const cellsOf = (finding: ReportFinding): string[] => [
  finding.severity,
  finding.id,
  finding.title,
  finding.framework_refs.join(', '),
  finding.evidence_excerpt_sha256 ?? '',
];

export const coverOf = ({ title, tenant_slug, report_id, scope }: PeerDocument['facts']): string[] => [
  title,
  `Tenant ${tenant_slug}`,
  `Report ${report_id}`,
  `Period ${scope.from} to ${scope.to}`,
];

export const summaryOf = ({ summary }: PeerDocument['facts']): [string, string][] =>
  Object.entries(summary).map(([name, count]) => [name, String(count)]);

export const overlapsOf = ({ cross_framework_overlaps: pairs }: PeerDocument['facts']): string[][] =>
  pairs.map(({ ref_a, ref_b, finding_count, direct_count }) => [
    ref_a,
    ref_b,
    String(finding_count),
    String(direct_count),
  ]);
