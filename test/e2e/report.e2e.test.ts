import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectNats } from '@evidence/bus';
import { assertDocument, assertEventSchema, type CloudEvent, type EvidenceReport } from '@evidence/contracts';
import { eventually, startStack, type TempFolder, type TestStack, tempFolder, tool } from '@evidence/testkit';
import { readTrust, verifyAttestation, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, packRequest, type ReportResource } from './client.js';

const run = promisify(execFile);

let stack: TestStack;
let client: Client;
let folder: TempFolder;

beforeAll(async () => {
  stack = await startStack({ samples: true });
  client = new Client(stack.url, stack.token);
  folder = await tempFolder();
}, 90_000);

afterAll(async () => {
  await stack?.dispose();
  await folder?.remove();
});

async function readyReport(format: 'pdf' | 'json', title?: string, more: object = {}): Promise<ReportResource> {
  const created = await client.create({ ...packRequest(format, title), ...more });
  expect(created).toMatchObject({ status: 202, body: { status: 'queued', format } });
  return client.ready(created.body.id);
}

/** The keys as an auditor is given them: from the publisher, never from the file. */
const publishedTrust = async () =>
  readTrust((await run('curl', ['-sSf', `${stack.url}/.well-known/jwks.json`])).stdout);

/** As pdfmake sets a title of the samples: its fonts have no Chinese and no Japanese. */
const inLatin = (title: string) =>
  title.replace(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
    (letter) => `[U+${letter.codePointAt(0)?.toString(16).toUpperCase()}]`,
  );

/** Changes one byte in the middle of a file. */
function withOneByteChanged(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const middle = Math.floor(changed.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 0x01;
  return changed;
}

test('a JSON report has the members of its contract, verifies, and shows a changed byte', async () => {
  const report = await readyReport('json');
  const file = await client.download(report.id, folder.path);
  expect(file).toBe(`${report.id}.json`);
  const bytes = await readFile(join(folder.path, file));
  const artifact = JSON.parse(bytes.toString('utf8')) as EvidenceReport;
  assertDocument('EvidenceReport.v1', artifact);
  expect(artifact).toMatchObject({
    schema_version: 'v1',
    report_id: report.id,
    tenant_slug: 'acme',
    scope: { from: '2026-09-01', to: '2026-12-31', endpoint_ids: [] },
    frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  });
  expect(artifact.findings.length).toBeGreaterThan(0);
  expect(artifact.receipt.considered).toBe(
    artifact.receipt.included + Object.values(artifact.receipt.excluded).reduce((sum, n) => sum + n, 0),
  );

  const trust = await publishedTrust();
  const envelope = await client.attestation(report.id);
  expect(verifyAttestation({ artifact: { bytes }, envelope, trust }).verdict).toBe('valid');
  expect(verifyAttestation({ artifact: { bytes: withOneByteChanged(bytes) }, envelope, trust }).verdict).not.toBe(
    'valid',
  );
});

test('a PDF report opens, lists every finding, verifies, and shows a changed byte', async (context) => {
  const [json, pdf] = [await readyReport('json'), await readyReport('pdf')];
  const file = await client.download(pdf.id, folder.path);
  expect(file).toBe(`${pdf.id}.pdf`);
  const path = join(folder.path, file);
  const bytes = await readFile(path);
  const trust = await publishedTrust();
  expect(verifyPdf({ bytes, trust }).verdict).toBe('valid');
  expect(verifyAttestation({ artifact: { bytes }, envelope: await client.attestation(pdf.id), trust }).verdict).toBe(
    'valid',
  );

  const changed = join(folder.path, 'changed.pdf');
  await writeFile(changed, withOneByteChanged(bytes));
  expect(verifyPdf({ bytes: await readFile(changed), trust }).verdict).not.toBe('valid');

  const twin = await readFile(join(folder.path, await client.download(json.id, folder.path)), 'utf8');
  const { findings } = JSON.parse(twin) as EvidenceReport;

  if (!(await tool('pdfsig')) || !(await tool('pdftotext'))) {
    context.skip(
      'pdfsig and pdftotext (poppler-utils) are not installed, so only our own verifier has looked at the PDF',
    );
  }
  expect((await run('pdfsig', ['-nocert', path])).stdout).toContain('Signature is Valid');
  const suspicious = await run('pdfsig', ['-nocert', changed]).catch((error: { stdout: string }) => error);
  expect(suspicious.stdout).not.toContain('Signature is Valid');
  const { stdout: text } = await run('pdftotext', ['-raw', path, '-'], { maxBuffer: 64 * 1024 * 1024 });
  const inked = text.replaceAll(/\s/g, '');
  for (const { id } of findings) expect(inked).toContain(id);
});

test('the README’s template lays a PDF out, which verifies and carries all the data', async (context) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example = ''] = readme.split('### In your own layout')[1]?.match(/-d '(\{[\s\S]*?\n\})'/) ?? [];
  const report = await readyReport('pdf', undefined, JSON.parse(example));
  const path = join(folder.path, await client.download(report.id, folder.path));
  expect(verifyPdf({ bytes: await readFile(path), trust: await publishedTrust() }).verdict).toBe('valid');

  if (!(await tool('pdfsig')) || !(await tool('pdftotext')) || !(await tool('qpdf'))) {
    context.skip('pdfsig, pdftotext and qpdf are not installed, so only our own verifier has looked at the PDF');
  }
  expect((await run('pdfsig', ['-nocert', path])).stdout).toContain('Signature is Valid');
  const maxBuffer = 64 * 1024 * 1024;
  const { stdout: json } = await run('qpdf', [`--show-attachment=${report.id}.json`, path], { maxBuffer });
  const { findings, summary } = JSON.parse(json) as EvidenceReport;
  expect(findings.length).toBeGreaterThan(0);
  const { stdout: text } = await run('pdftotext', ['-raw', path, '-'], { maxBuffer });
  expect(text).toContain(`${summary.total_open} open findings, ${summary.critical} of them critical`);
  expect(text.match(/Development key: not evidence for third parties/g)).toHaveLength(text.split('\f').length - 1);
  const inked = text.replaceAll(/\s/g, '');
  for (const { title } of findings) expect(inked).toContain(inLatin(title).replaceAll(/\s/g, ''));
});

test('clients see queued, running and ready, and the lists agree', async () => {
  // A PDF, since typesetting takes long enough to be seen at.
  const created = await client.create(packRequest('pdf', 'Watched'));
  const seen = new Set<string>([created.body.status]);
  await eventually(async () => {
    const { status } = await client.report(created.body.id);
    seen.add(status);
    expect(status).toBe('ready');
  });
  const history = (
    await run(process.execPath, ['packages/cli/dist/main.js', 'events', created.body.id, '--json'], { env: stack.env })
  ).stdout;
  const types = history
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady']);
  expect([...seen]).toEqual(['queued', 'running', 'ready']);
  expect((await client.list()).find(({ id }) => id === created.body.id)).toMatchObject({
    status: 'ready',
    format: 'pdf',
  });
});

test('another service that subscribes gets one CloudEvent per report, valid against its schema', async () => {
  const nats = await connectNats({ servers: [await stack.subscriber('crm')], name: 'acme_crm' });
  const received: CloudEvent[] = [];
  const subscription = nats.subscribe('reports.v1.acme.*.ready', {
    callback: (_, message) => void received.push(message.json<CloudEvent>()),
  });
  await nats.flush();
  const reports = [
    await readyReport('json', 'One'),
    await readyReport('pdf', 'Two'),
    await readyReport('json', 'Three'),
  ];
  await eventually(() => expect(received.length).toBeGreaterThanOrEqual(reports.length));
  // Whatever a late duplicate would have brought, it would have come before the next report's events.
  await readyReport('json', 'Four');
  await eventually(() => expect(received.length).toBeGreaterThanOrEqual(reports.length + 1));
  subscription.unsubscribe();
  await nats.close();
  for (const { id, artifact } of reports) {
    const events = received.filter((event) => event.subject === id);
    expect(events).toHaveLength(1);
    assertEventSchema('CloudEvent.v1', events[0]);
    expect(events[0]?.type).toBe('ReportReady.v1');
    assertEventSchema('ReportReady.v1', events[0]?.data);
    expect(events[0]?.data).toMatchObject({ reportId: id, artifact: { sha256: artifact?.sha256 } });
  }
}, 60_000);

test('bad input is answered in the seed’s words, and nothing is appended', async () => {
  const before = await client.list();
  const good = packRequest('json');
  const refusals: [unknown, number, string][] = [
    [{ ...good, frameworks: ['OWASP_LLMS'] }, 400, 'framework_unknown'],
    [{ ...good, scope: { ...good.scope, from: '2026-12-31', to: '2026-01-01' } }, 400, 'scope_invalid'],
    [{ ...good, scope: {} }, 400, 'scope_invalid'],
    [{ ...good, colour: 'red' }, 400, 'invalid_request'],
    [{ ...good, title: 'x'.repeat(1_100_000) }, 413, 'payload_too_large'],
  ];
  for (const [body, status, error] of refusals) {
    const file = join(folder.path, 'body.json');
    await writeFile(file, JSON.stringify(body));
    expect(await answerTo(['-d', `@${file}`])).toMatchObject({ status, body: { error } });
  }
  expect(await answerTo(['-d', '{"title":'])).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const anonymous = new Client(stack.url, '');
  expect(await anonymous.call('GET', '/reports')).toMatchObject({ status: 401 });
  expect(await new Client(stack.url, 'ert_nobody').call('GET', '/reports')).toMatchObject({
    status: 401,
    body: { error: 'invalid_token' },
  });
  expect(await client.list()).toEqual(before);
});

async function answerTo(args: string[]): Promise<{ status: number; body: unknown }> {
  const { stdout } = await run('curl', [
    ...[
      '-sS',
      '-w',
      '\n%{http_code}',
      '-H',
      `Authorization: Bearer ${stack.token}`,
      '-H',
      'Content-Type: application/json',
    ],
    ...['-H', 'Expect:', ...args, `${stack.url}/api/v2/reports`],
  ]);
  const cut = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(cut + 1)), body: JSON.parse(stdout.slice(0, cut)) };
}

test('another tenant’s report is not found, exactly like one that never was', async () => {
  const { id } = await readyReport('json', 'Secret');
  const { stdout } = await run(
    process.execPath,
    [
      'packages/cli/dist/main.js',
      'tokens',
      'mint',
      '--tenant',
      'other',
      '--name',
      'spy',
      '--scopes',
      'reports:read',
      '--print-token-only',
    ],
    { env: stack.env },
  );
  const stranger = new Client(stack.url, stdout.trim());
  const anotherTenants = await eventually(async () => {
    const answer = await stranger.call('GET', `/reports/${id}`);
    expect(answer.status).toBe(404);
    return answer;
  });
  const random = await stranger.call('GET', '/reports/rpt_2026_aaaaaaaaaaaaaaaaaaaaaaaaaa');
  expect(anotherTenants).toMatchObject({ status: 404, body: { error: 'report_not_found' } });
  expect(random).toEqual(anotherTenants);
});
