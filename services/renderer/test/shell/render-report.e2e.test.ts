import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import {
  assertDocument,
  canonicalJson,
  documentSchemas,
  envelop,
  type PackTemplate,
  type ReportFailed,
  type ReportReady,
  streamOf,
} from '@evidence/contracts';
import { exampleMetadata } from '@evidence/contracts/examples';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { publishedKeys } from '@evidence/signing';
import { type Level, readAuthorities, readTrust, verifyAttestation, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type LocalAuthorities, startAuthorities } from '../../../../packages/signing/test/authorities.js';
import { isInstalled, requireTool } from '../../../../packages/signing/test/tools.js';
import { artifactMakerInThreads, DEFAULT_POOLS } from '../../src/adapters/artifact-maker-in-threads.js';
import { NoArtifact } from '../../src/ports.js';
import { RenderReport } from '../../src/shell/render-report.js';
import type { RenderThreadData } from '../../src/shell/render-thread.js';
import { placeMappedReport, REQUEST, THREAD_FILE } from '../mapped-report.js';

const now = () => new Date('2026-05-22T10:35:01Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const id = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`;
const { reportId } = REQUEST;

interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  /** Keys of another installation to sign with. */
  readonly keysFolder?: string;
  readonly startedAt?: Date;
  readonly template?: PackTemplate;
  readonly findings?: number;
}

/** A mapped report of three findings, in a real log with real snapshots. */
async function mappedReport(
  format: 'pdf' | 'json',
  { env = {}, keysFolder, startedAt = now(), template, findings = 3 }: Surroundings = {},
) {
  const { config, artifacts, mapped, past, remove } = await placeMappedReport(format, { findings, env, template });
  if (keysFolder) await cp(keysFolder, config.signing.developmentFolder, { recursive: true });
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  const data: RenderThreadData = { config, startedAt };
  const maker = artifactMakerInThreads(THREAD_FILE, data, {
    ...DEFAULT_POOLS,
    standard: { ...DEFAULT_POOLS.standard, threads: 1 },
  });
  onTestFinished(async () => {
    await maker.close();
    await remove();
  });
  await store.append(
    streamOf.report(reportId),
    'no_stream',
    past.map((event, index) => envelop(id(index), event, provenance)),
  );
  const retold: string[] = [];
  const retell = async (_: string, type: string) => void retold.push(type);
  const restore = { handle: async () => undefined };
  const parts = {
    store,
    maker,
    tell: () => undefined,
    retell,
    restore,
    defaultRetentionSeconds: 60,
    observe: () => undefined,
    now,
  };
  const renderReport = new RenderReport(parts);
  const cause = { reportId, tenant: 'acme', eventId: id(3) };
  const last = async () => {
    const events: { type: string; data: unknown }[] = [];
    for await (const event of store.readStream(streamOf.report(reportId))) events.push(event);
    return events.slice(past.length);
  };
  const ready = async () => {
    const [only, ...more] = await last();
    expect(more).toEqual([]);
    expect(only?.type).toBe('ReportReady');
    return only?.data as ReportReady;
  };
  const bytesOf = ({ sha256 }: { readonly sha256: string }) => artifacts.get('acme', sha256);
  const trust = async () => readTrust(JSON.stringify(await publishedKeys({ ...config.signing, now: startedAt })));
  return {
    config,
    artifacts,
    mapped,
    retold,
    cause,
    last,
    ready,
    bytesOf,
    trust,
    handle: () => renderReport.handle(cause),
  };
}

describe.each(['pdf', 'json'] as const)('a mapped report as %s', (format) => {
  test('becomes ready with a signed artifact, its attestation, and an end of retention', async () => {
    const { handle, ready, bytesOf, trust } = await mappedReport(format);
    await handle();
    const event = await ready();
    expect(event).toMatchObject({
      format,
      expiresAt: '2026-05-22T10:36:01.000Z',
      retention: { seconds: 60, basis: 'installation_default' },
      signature: { developmentKey: true },
      summary: { findings: 3, totalOpen: 3 },
    });
    const bytes = await bytesOf(event.artifact);
    const envelope = await bytesOf(event.attestation);
    expect(verifyAttestation({ artifact: { bytes }, envelope, trust: await trust() })).toMatchObject({
      verdict: 'valid',
      signingTime: { at: new Date(REQUEST.requestedAt), basis: 'claimed' },
    });
    if (format === 'json') return expect(event.signature).not.toHaveProperty('level');
    expect(event.signature.level).toBe('B-B');
    expect(verifyPdf({ bytes, trust: await trust() }).verdict).toBe('valid');
  });

  test('does nothing on redelivery', async () => {
    const { handle, ready } = await mappedReport(format);
    await handle();
    await handle();
    await ready();
  });
});

test.each(['pdf', 'json'] as const)('equal logs and equal keys give equal bytes: %s', async (format) => {
  const first = await mappedReport(format);
  await first.handle();
  const second = await mappedReport(format, { keysFolder: first.config.signing.developmentFolder });
  await second.handle();
  expect(await second.ready()).toEqual(await first.ready());
});

test('mapping is asked for a missing snapshot, and the report stays in progress', async () => {
  const { artifacts, mapped, handle, last, retold } = await mappedReport('json');
  await artifacts.remove('acme', mapped.snapshot.sha256);
  await expect(handle()).rejects.toMatchObject({ code: 'mapping_snapshot_lost', retryable: true });
  expect(retold).toEqual(['ReportScoped']);
  expect(await last()).toEqual([]);
});

describe('with a time-stamping authority', () => {
  let local: LocalAuthorities;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    if (!isInstalled('openssl')) return;
    local = await startAuthorities();
    await local.issueSigner('signer', 'ocsp');
    env = {
      SIGNING_KEY_FILE: `${local.folder}/signer.key`,
      SIGNING_CERTIFICATE_FILE: `${local.folder}/signer.crt`,
      TSA_URL: `${local.url}/tsr`,
      TRUSTED_AUTHORITIES_FILE: `${local.folder}/root.crt`,
    };
  });
  afterAll(() => local?.stop());

  const at = (level: Level, more: NodeJS.ProcessEnv = {}) =>
    mappedReport('pdf', { env: { ...env, SIGNATURE_LEVEL: level, ...more }, startedAt: new Date() });
  const away = () => local.disturbances.set('/tsr', () => ({ status: 404, body: Buffer.alloc(0) }));

  test.for(['B-T', 'B-LT', 'B-LTA'] as const)('a pack is raised to %s, as configured', async (level, context) => {
    requireTool(context, 'openssl');
    const { handle, ready, bytesOf, trust } = await at(level);
    await handle();
    const event = await ready();
    expect(event.signature.level).toBe(level);
    const authorities = readAuthorities(local.root.toString());
    const bytes = await bytesOf(event.artifact);
    expect(verifyPdf({ bytes, trust: await trust(), authorities, atLeast: level })).toMatchObject({
      verdict: 'valid',
      level,
    });
  });

  test('that is unavailable, a report waits, and is ready at its level once the authority is back', async (context) => {
    requireTool(context, 'openssl');
    const { handle, last, ready } = await at('B-T');
    away();
    await expect(handle()).rejects.toMatchObject({ code: 'timestamp_unavailable', retryable: true });
    expect(await last()).toEqual([]);
    local.disturbances.clear();
    await handle();
    expect((await ready()).signature.level).toBe('B-T');
  });

  test('that is unavailable, a report fails with the reason if so configured, and is shown to the operator', async (context) => {
    requireTool(context, 'openssl');
    const { handle, last } = await at('B-T', { TSA_OUTAGE: 'fail' });
    away();
    await expect(handle()).rejects.toBeInstanceOf(NoArtifact);
    local.disturbances.clear();
    const [failed, ...more] = await last();
    expect(more).toEqual([]);
    const { stage, code, message } = (failed?.data ?? {}) as ReportFailed;
    expect([failed?.type, stage, code]).toEqual(['ReportFailed', 'rendering', 'timestamp_unavailable']);
    expect(message).toContain('time-stamping authority is unavailable for now');
    await handle();
    expect(await last()).toHaveLength(1);
  });
});

describe('a report with a template', () => {
  const template = documentSchemas['PackTemplate.v1'].examples[0] as unknown as PackTemplate;

  test('is laid out by it and signed, with the same bytes each time', async () => {
    const first = await mappedReport('pdf', { template });
    await first.handle();
    const second = await mappedReport('pdf', { template, keysFolder: first.config.signing.developmentFolder });
    await second.handle();
    const { artifact, attestation, signature } = await first.ready();
    const { payload } = JSON.parse(Buffer.from(await first.bytesOf(attestation)).toString('utf8'));
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
    assertDocument('EvidenceReportPredicate.v1', predicate);
    expect(predicate.template_sha256).toBe(createHash('sha256').update(canonicalJson(template)).digest('hex'));
    expect(signature).toMatchObject({ level: 'B-B', developmentKey: true });
    const pdf = Buffer.from(await first.bytesOf(artifact));
    expect(verifyPdf({ bytes: pdf, trust: await first.trust() })).toMatchObject({ verdict: 'valid' });
    expect(pdf.toString('latin1')).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    expect((await second.ready()).artifact).toEqual(artifact);
  });

  test('that expands to too much fails with a code and advice, and is not retried', async () => {
    const runs = Array.from({ length: 64 }, () => 'x');
    const many = { forEach: 'report.findings', as: 'f', content: [{ text: runs }], empty: ['-'] };
    const content = Array.from({ length: 40 }, () => many);
    const { handle, last } = await mappedReport('pdf', { template: { content }, findings: 100 });
    await handle();
    const [only] = await last();
    expect(only).toMatchObject({
      type: 'ReportFailed',
      data: { stage: 'rendering', code: 'template_too_large', message: expect.stringContaining('Narrow the report') },
    });
  });
});
