import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScopedFinding, ScopedScan, ScopeSnapshot } from '@evidence/contracts';
import { importScan } from '@evidence/findings';
import { expect, it } from 'vitest';
import { bruteForce, expectAgreement } from './core-mapping-oracle.js';
import { asked, frameworks, map, scope } from './core-mapping-samples.js';

/** Real scanner output lies beside the repository where developers have it; it is third-party text and not ours to ship. */
const REAL = fileURLToPath(new URL('../../../../shared/data/scans/', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../../deploy/local/samples/', import.meta.url));

const FILES = [
  [`${SAMPLES}support-chat.report.jsonl`, 'garak'],
  [`${SAMPLES}coding-agent.digest.json`, 'garak'],
  [`${REAL}garak/garak__extracted_digest.json`, 'garak'],
  [`${REAL}promptfoo/defectdojo-promptfoo__many_findings.json`, 'promptfoo'],
  [`${REAL}sarif/django-DefectDojo__appendix_k.sarif`, 'sarif'],
  [`${REAL}sarif/django-DefectDojo__semgrepowasp-benchmark-sample.sarif`, 'sarif'],
] as const;

/** The scope of everything in the file. */
async function snapshotOf(file: string, format: string): Promise<ScopeSnapshot> {
  await using imported = await importScan(createReadStream(file), {
    ...{ format, tenant: 'acme', endpointId: 'ep_real', importedAt: '2026-11-23T10:00:00.000Z', frameworks },
  });
  const findings: ScopedFinding[] = [];
  for await (const { findingId: id, evidence, summary: _, tenant: __, ...finding } of imported.findings) {
    const { excerptSha256: evidenceExcerptSha256, hits, evaluations } = evidence;
    findings.push({ id, ...finding, tool: imported.scan.tool, evidenceExcerptSha256, hits, evaluations });
  }
  const { scanId: id, tenant: _, importedAt: __, ...scan } = imported.scan;
  return scope(findings, [{ id, ...scan } satisfies ScopedScan]);
}

it.for(FILES)('%s maps as nested loops over everything map it', async ([file, format], { skip }) => {
  if (!existsSync(file)) skip(`${file} is not here; real scans are not part of the repository`);
  const snapshot = await snapshotOf(file, format);
  expect(snapshot.scans[0]?.probes, 'a file with nothing in it proves nothing').not.toEqual([]);
  for (const requested of [
    asked('OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'),
    asked('EU_AI_ACT', 'OWASP_LLM@2026'),
  ]) {
    expectAgreement(map(snapshot, requested), bruteForce(snapshot, requested, 'derived', frameworks));
  }
});
