import type { ScopedFinding, ScopedScan } from '@evidence/contracts';
import { importScan } from '@evidence/findings/parse';
import type { Frameworks } from '@evidence/frameworks';

interface Scanned {
  readonly findings: ScopedFinding[];
  readonly scan: ScopedScan;
}

interface How {
  readonly format: string;
  readonly endpoint: string;
  readonly frameworks: Frameworks;
}

/** All evidence of a scanner's file, as a scope has it. */
export async function scannedIn(
  file: AsyncIterable<Uint8Array>,
  { format, endpoint, frameworks }: How,
): Promise<Scanned> {
  const as = { tenant: 'acme', endpointId: endpoint, importedAt: '2026-11-23T10:00:00.000Z' };
  await using imported = await importScan(file, { format, frameworks, ...as });
  const findings: ScopedFinding[] = [];
  for await (const {
    findingId: id,
    evidence,
    summary: _,
    tenant: __,
    identity: ___,
    ...finding
  } of imported.findings) {
    const { excerptSha256: evidenceExcerptSha256, hits, evaluations } = evidence;
    const seen = { firstSeenAt: finding.discoveredAt, lastSeenAt: finding.discoveredAt, observations: 1 };
    findings.push({ id, ...finding, ...seen, tool: imported.scan.tool, evidenceExcerptSha256, hits, evaluations });
  }
  const { scanId: id, tenant: _, importedAt: __, copy: ___, targets = [], ...scan } = imported.scan;
  return { findings, scan: { id, ...scan, targets } };
}
