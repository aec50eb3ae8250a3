import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  assertEvent,
  canonicalJson,
  envelop,
  exampleMetadata,
  exampleOf,
  type MappingSnapshot,
  type ReportEvent,
  type ReportReady,
  type ScopeSnapshot,
  streamOf,
} from '@evidence/contracts';
import { openSqliteEventStore, withValidation } from '@evidence/event-store';
import { jwksOf, openConfiguredSigner } from '@evidence/signing';
import { readTrust, verifyAttestation, verifyPdf } from '@evidence/verify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { typesetterInWorker } from '../src/adapters/typesetter-in-worker.js';
import { RenderReport } from '../src/shell/render-report.js';

const now = () => new Date('2026-05-22T10:35:01Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const id = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`;

const request = { ...exampleOf('ReportRequested'), frameworks: [{ framework: 'OWASP_LLM' as const, edition: '2025' }] };
const counts = { considered: 0, included: 0, excluded: {} };
const dataAsOf = { position: '1', at: request.requestedAt };
const scope: ScopeSnapshot = {
  tenant: 'acme',
  scope: request.scope,
  findings: [],
  dispositions: [],
  scans: [],
  counts,
};

/** A report of nothing, mapped, in a real log with real snapshots: what the renderer hears of. */
async function mappedReport(format: 'pdf' | 'json', otherKeysFolder?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-renderer-'));
  const keysFolder = otherKeysFolder ?? join(folder, 'keys');
  const store = withValidation(openSqliteEventStore({ file: ':memory:', now }), { event: assertEvent });
  const artifacts = await openArtifactFolder({ folder: join(folder, 'artifacts') });
  const typesetter = typesetterInWorker();
  onTestFinished(async () => {
    await typesetter.close();
    await rm(folder, { recursive: true });
  });
  const signer = await openConfiguredSigner({
    keyFile: undefined,
    certificateFile: undefined,
    developmentFolder: keysFolder,
    now: now(),
  });
  const scopeBlob = await artifacts.put('acme', canonicalJson(scope), 'application/json');
  const mapping: MappingSnapshot = {
    scopeSnapshotSha256: scopeBlob.sha256,
    policy: request.mapping,
    crosswalk: exampleOf('ReportMapped').crosswalk,
    findings: [],
    countsByBasis: { direct: 0, official: 0, published: 0, derived: 0 },
    coverage: [
      { framework: 'OWASP_LLM', edition: '2025', name: 'OWASP Top 10 for LLM Applications 2025', controls: [] },
    ],
    overlaps: [],
    unresolvedTags: [],
  };
  const mappingBlob = await artifacts.put('acme', canonicalJson(mapping), 'application/json');
  const { reportId } = request;
  const past: ReportEvent[] = [
    { type: 'ReportRequested', data: { ...request, format } },
    { type: 'ReportStarted', data: exampleOf('ReportStarted') },
    {
      type: 'ReportScoped',
      data: { reportId, scopedAt: request.requestedAt, dataAsOf, snapshot: scopeBlob, counts: { ...counts, scans: 0 } },
    },
    {
      type: 'ReportMapped',
      data: {
        ...exampleOf('ReportMapped'),
        scopeSnapshot: scopeBlob,
        snapshot: mappingBlob,
        counts: { findings: 0, refs: 0, overlaps: 0 },
      },
    },
  ];
  await store.append(
    streamOf.report(reportId),
    'no_stream',
    past.map((event, index) => envelop(id(index), event, provenance)),
  );
  const publicUrl = 'http://127.0.0.1:8080';
  const renderReport = new RenderReport({
    store,
    artifacts,
    typesetter,
    signer,
    publicUrl,
    defaultRetentionSeconds: 60,
    now,
  });
  const cause = { reportId, tenant: 'acme', eventId: id(3) };
  const readies = async () => {
    const found: ReportReady[] = [];
    for await (const { type, data } of store.readStream(streamOf.report(reportId))) {
      if (type === 'ReportReady') found.push(data as ReportReady);
    }
    return found;
  };
  return { renderReport, cause, readies, artifacts, keysFolder, trust: readTrust(JSON.stringify(jwksOf([signer]))) };
}

describe.each(['pdf', 'json'] as const)('a mapped report as %s', (format) => {
  test('becomes ready with a signed artifact, its attestation, and an end of retention', async () => {
    const { renderReport, cause, readies, artifacts, trust } = await mappedReport(format);
    await renderReport.handle(cause);
    const [ready] = await readies();
    expect(ready).toMatchObject({ format, expiresAt: '2026-05-22T10:36:01.000Z', signature: { developmentKey: true } });
    const bytes = await artifacts.get('acme', ready?.artifact.sha256 ?? '');
    const envelope = await artifacts.get('acme', ready?.attestation.sha256 ?? '');
    expect(verifyAttestation({ artifact: { bytes }, envelope, trust }).verdict).toBe('valid');
    if (format === 'pdf') expect(verifyPdf({ bytes, trust }).verdict).toBe('valid');
  });

  test('is quiet when the news is delivered again', async () => {
    const { renderReport, cause, readies } = await mappedReport(format);
    await renderReport.handle(cause);
    await renderReport.handle(cause);
    expect(await readies()).toHaveLength(1);
  });
});

test.each(['pdf', 'json'] as const)('equal logs and equal keys give equal bytes: %s', async (format) => {
  const first = await mappedReport(format);
  const second = await mappedReport(format, first.keysFolder);
  await first.renderReport.handle(first.cause);
  await second.renderReport.handle(second.cause);
  expect(await second.readies()).toEqual(await first.readies());
});
