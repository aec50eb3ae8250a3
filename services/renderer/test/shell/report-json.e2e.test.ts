import { createHash } from 'node:crypto';
import { canonicalJson, type EvidenceReport, sha256Of } from '@evidence/contracts';
import { readMapping, readScope } from '@evidence/report/snapshots';
import { expect, onTestFinished, test } from 'vitest';
import { ReportJson } from '../../../../packages/rendering/src/report-json.js';
import { placeMappedReport } from '../mapped-report.js';

async function written(findings: number, as: 'lines' | 'documents', tenant?: string) {
  const place = await placeMappedReport('json', { findings, as });
  onTestFinished(place.remove);
  const { artifacts, request, scoped, mapped } = place;
  const sources = {
    ...{ request: { ...request, ...(tenant && { tenant }) }, scoped, mapped },
    mapping: await readMapping(artifacts, 'acme', mapped.snapshot),
    signature: { keyId: 'k', algorithm: 'RS256' as const, developmentKey: true },
    ...{ publicUrl: 'https://evidence.example', rendererVersion: '1' },
  };
  const report = new ReportJson(sources, readScope(artifacts, 'acme', scoped.snapshot), { findings: true });
  return { report, bytes: Buffer.concat(await Array.fromAsync(report.bytes())) };
}

const documentIn = (bytes: Buffer): EvidenceReport => JSON.parse(bytes.toString('utf8'));

test.each([0, 1, 500])(
  'a report of %i findings is canonical JSON, with snapshots of this or a former release',
  async (n) => {
    const { report, bytes } = await written(n, 'lines');
    const document = documentIn(bytes);
    expect(document.findings).toHaveLength(n);
    expect(bytes.equals(canonicalJson(document))).toBe(true);
    expect(report.findings).toEqual(document.findings);
    const { report_id: _, generated_at: __, signature: ___, renderer_version: ____, ...content } = document;
    expect(report.contentSha256).toBe(sha256Of(canonicalJson(content)));

    const { receipt, rules, mapping, ...old } = documentIn((await written(n, 'documents')).bytes);
    expect(document).toMatchObject(old);
    expect(receipt).toMatchObject({ considered: n, included: n, excluded: {} });
    expect([rules, mapping.counts_by_basis]).toEqual([null, document.mapping.counts_by_basis]);
  },
);

test('a report whose scope belongs to another tenant is refused, at the latest at its end', async () => {
  await expect(written(3, 'lines', 'globex')).rejects.toMatchObject({ code: 'figures_disagree' });
});

test('pieces are output while the findings are read', async () => {
  const place = await placeMappedReport('json', { findings: 2_000 });
  onTestFinished(place.remove);
  const { artifacts, request, scoped, mapped } = place;
  const mapping = await readMapping(artifacts, 'acme', mapped.snapshot);
  const signature = { keyId: 'k', algorithm: 'RS256' as const, developmentKey: true };
  let read = 0;
  const sources = { request, scoped, mapped, mapping, signature, publicUrl: 'https://x.example', rendererVersion: '1' };
  const onFinding = () => {
    read += 1;
  };
  const report = new ReportJson(sources, readScope(artifacts, 'acme', scoped.snapshot), {}, onFinding);
  const hash = createHash('sha256');
  const readAt: number[] = [];
  for await (const piece of report.bytes()) {
    hash.update(piece);
    readAt.push(read);
  }
  expect(readAt[0]).toBeLessThan(200);
  expect(readAt.length).toBeGreaterThan(10);
  expect(report.findings).toEqual([]);
});
