import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, type FindingPage, type ImportResult, type Report, streamOf } from '@evidence/contracts';
import { scanFormats } from '@evidence/findings/parse';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const INTO = '/api/v2/findings/import?format=garak&endpoint_id=ep_support_chat';

const sent = (
  gateway: GatewayUnderTest,
  body: Uint8Array | ReadableStream | string,
  path = INTO,
  token = gateway.token,
) =>
  gateway.call<ImportResult>(path, { method: 'POST', body, token, headers: { 'content-type': 'application/jsonl' } });

async function withScan(): Promise<{ gateway: GatewayUnderTest; result: ImportResult; newest: Finding }> {
  const gateway = await GatewayUnderTest.open();
  const { json: result } = await sent(gateway, await readFile(SCAN));
  const { json: page } = await gateway.call<FindingPage>('/api/v2/findings?limit=1');
  const { json: newest } = await gateway.call<Finding>(`/api/v2/findings/${page.data[0]?.id}`);
  return { gateway, result, newest };
}

test('a scanner’s file is recorded, counted, and its findings can be read at once', async () => {
  const { gateway, result, newest } = await withScan();
  const { counts, evaluations } = result;
  expect(result.format).toBe('garak');
  expect(counts.recorded).toBeGreaterThan(0);
  const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0);
  expect(counts.in).toBe(counts.recorded + skipped);
  expect(evaluations.total).toBe((evaluations.passed ?? Number.NaN) + evaluations.failed);
  const { json } = await gateway.call<FindingPage>(`/api/v2/findings?limit=200&scan_id=${result.scan_id}`);
  expect(json.data).toHaveLength(counts.recorded);
  expect(newest).toMatchObject({ scan_id: result.scan_id, endpoint_id: 'ep_support_chat', status: 'open' });
  expect(newest.risk_refs.length).toBeGreaterThan(0);
});

test('a finding shows its excerpt to tokens that may read findings', async () => {
  const { gateway, result } = await withScan();
  const { json: page } = await gateway.call<FindingPage>(`/api/v2/findings?limit=200&scan_id=${result.scan_id}`);
  const all = await Promise.all(
    page.data.map(async ({ id }) => (await gateway.call<Finding>(`/api/v2/findings/${id}`)).json),
  );
  expect(all.some(({ evidence_excerpt }) => evidence_excerpt !== '')).toBe(true);
  for (const { evidence_excerpt: excerpt, evidence_excerpt_sha256: sha256 } of all)
    expect(sha256).toBe(excerpt === '' ? null : createHash('sha256').update(excerpt, 'utf8').digest('hex'));
});

test('a report may show evidence only when its token may read findings', async () => {
  const { gateway } = await withScan();
  const json = { ...seedRequest, include_evidence: true };
  const mayNot = await gateway.mint('acme', ['reports:generate', 'reports:read']);
  const refused = await gateway.call('/api/v2/reports', { method: 'POST', json, token: mayNot });
  expect(refused).toMatchObject({ status: 403, json: { error: 'missing_scope', allowed: ['findings:read'] } });
  const { status, json: accepted } = await gateway.call<{ id: string }>('/api/v2/reports', { method: 'POST', json });
  expect(status).toBe(202);
  const [requested] = await gateway.recordedIn(streamOf.report(accepted.id));
  expect(requested?.data).toMatchObject({ includeEvidence: true });
  const { json: report } = await gateway.call<Report>(`/api/v2/reports/${accepted.id}`);
  expect(report.request).toMatchObject({ include_evidence: true });
});

test('the edition of tags without one can be stated, and must exist', async () => {
  const gateway = await GatewayUnderTest.open();
  const findings = [{ title: 't', severity: 'low', tags: ['LLM06'] }];
  const file = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
  const path = '/api/v2/findings/import?endpoint_id=ep_a&dry_run=true';
  expect((await sent(gateway, file, path)).json.refs).toEqual([]);
  const stated = await sent(gateway, file, `${path}&owasp_llm_edition=2025`);
  expect(stated.json.refs).toEqual([{ ref: 'OWASP_LLM06', findings: 1, probes: 1 }]);
  const refused = await sent(gateway, file, `${path}&owasp_llm_edition=2024`);
  expect(refused).toMatchObject({ status: 400, json: { field: 'owasp_llm_edition', value: '2024' } });
});

test('the client can state when the scan ran if the file does not', async () => {
  const gateway = await GatewayUnderTest.open();
  const findings = [{ title: 't', severity: 'low', tags: ['LLM06:2025'] }];
  const file = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
  const path = '/api/v2/findings/import?endpoint_id=ep_a';
  const startedAt = '2026-05-20T08:00:00.000Z';
  const { status, json } = await sent(gateway, file, `${path}&started_at=${startedAt}`);
  expect(status).toBe(200);
  const [scan] = await gateway.recordedIn(streamOf.scan(json.scan_id));
  expect(scan?.data).toMatchObject({ startedAt });
  const refused = await sent(gateway, file, `${path}&started_at=2026-05-20`);
  expect(refused).toMatchObject({ status: 400, json: { field: 'started_at', value: '2026-05-20' } });
});

test('the same file again records nothing and reports that', async () => {
  const { gateway, result } = await withScan();
  const before = await gateway.eventCount();
  const { status, json } = await sent(gateway, await readFile(SCAN));
  expect(status).toBe(200);
  expect(json.counts).toMatchObject({ recorded: 0, skipped: { already_recorded: result.counts.recorded } });
  expect(json.scan_id).toBe(result.scan_id);
  expect(await gateway.eventCount()).toBe(before);
});

test('findings belong to their tenant', async () => {
  const { gateway, newest } = await withScan();
  const stranger = await gateway.mint('globex', ['findings:read', 'findings:write']);
  const path = `/api/v2/findings/${newest.id}`;
  const theirs = await gateway.call(path, { token: stranger });
  const none = await gateway.call('/api/v2/findings/fnd_none', { token: stranger });
  expect(theirs).toMatchObject({ status: 404, json: { error: 'finding_not_found' } });
  expect(theirs.body.equals(none.body)).toBe(true);
  expect((await gateway.call(path, { method: 'PATCH', json: { status: 'fixed' }, token: stranger })).status).toBe(404);
  expect((await gateway.call<FindingPage>('/api/v2/findings', { token: stranger })).json.data).toEqual([]);
  expect((await gateway.call<Finding>(path)).json.status).toBe('open');
});

test('paging over the findings returns each once, newest discovery first', async () => {
  const { gateway, result } = await withScan();
  const walked: FindingPage['data'] = [];
  for (let query = 'limit=2'; query !== ''; ) {
    const { json }: { json: FindingPage } = await gateway.call<FindingPage>(`/api/v2/findings?${query}`);
    walked.push(...json.data);
    query = json.next_cursor === null ? '' : `limit=2&cursor=${json.next_cursor}`;
  }
  expect(new Set(walked.map(({ id }) => id)).size).toBe(result.counts.recorded);
  expect(walked).toHaveLength(result.counts.recorded);
  const discovered = walked.map(({ discovered_at }) => discovered_at);
  expect(discovered).toEqual(discovered.toSorted().toReversed());
});

test('the list is narrowed by severity, scan and endpoint', async () => {
  const { gateway, result } = await withScan();
  const other = await sent(gateway, await readFile(SCAN), INTO.replace('ep_support_chat', 'ep_other'));
  const rowsOf = async (query: string) =>
    (await gateway.call<FindingPage>(`/api/v2/findings?limit=200&${query}`)).json.data;
  const all = await rowsOf('');
  expect(all).toHaveLength(2 * result.counts.recorded);
  expect((await rowsOf('endpoint_id=ep_other')).map(({ scan_id }) => scan_id)).toEqual(
    Array(result.counts.recorded).fill(other.json.scan_id),
  );
  expect(await rowsOf(`scan_id=${result.scan_id}&endpoint_id=ep_other`)).toEqual([]);
  const severities = [...new Set(all.map(({ severity }) => severity))];
  expect(severities.length).toBeGreaterThan(1);
  for (const one of severities) {
    expect(await rowsOf(`severity=${one}`)).toEqual(all.filter(({ severity }) => severity === one));
  }
});

test('a decision is recorded with its reason; the same decision again is not', async () => {
  const { gateway, newest } = await withScan();
  const path = `/api/v2/findings/${newest.id}`;
  const decide = (json: object) => gateway.call<Finding>(path, { method: 'PATCH', json });
  expect((await decide({ status: 'accepted', reason: 'Compensating control.' })).json.status).toBe('accepted');
  expect((await decide({ status: 'accepted' })).json.status).toBe('accepted');
  const [changed, ...others] = await gateway.recordedIn(streamOf.finding(newest.id));
  expect(others).toEqual([]);
  expect(changed?.data).toMatchObject({ from: 'open', to: 'accepted', reason: 'Compensating control.' });

  expect((await decide({ status: 'resolved' })).json.status).toBe('fixed');
  const { json } = await gateway.call<FindingPage>('/api/v2/findings?status=fixed');
  expect(json.data.map(({ id }) => id)).toEqual([newest.id]);
});

test('an invalid decision is refused', async () => {
  const { gateway, newest } = await withScan();
  const before = await gateway.eventCount();
  for (const json of [
    {},
    { status: 'closed' },
    { status: 'open', severity: 'low' },
    { status: 'open', reason: 'x'.repeat(1001) },
  ]) {
    const answer = await gateway.call(`/api/v2/findings/${newest.id}`, { method: 'PATCH', json });
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  }
  expect(await gateway.eventCount()).toBe(before);
});

test('unusable lines of a file are reported by number, or refuse the file if requested', async () => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const file =
    '{"entry_type":"eval","probe":"p.P","detector":"d.D","passed":1,"fails":1,"total_evaluated":2}\n{"entry_type":\n';
  const refused = await sent(gateway, file, `${INTO}&strict=true`);
  expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  expect(refused.json).toMatchObject({ detail: expect.stringContaining('line 2') });
  expect(await gateway.eventCount()).toBe(before);
  expect((await sent(gateway, file, `${INTO}&strict=false`)).json).toMatchObject({
    counts: { in: 2, recorded: 1, skipped: { not_json: 1 } },
    warnings: [{ code: 'not_json', message: 'The line is not valid JSON.', line: 2 }],
  });
  expect(await sent(gateway, file, `${INTO}&strict=yes`)).toMatchObject({ status: 400, json: { field: 'strict' } });
});

test('a file that is not of the named format, or an import without an endpoint, is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  for (const body of ['{"no":"garak"}\n', 'text', '', '\u0000\u0001']) {
    expect(await sent(gateway, body)).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', field: 'format' },
    });
  }
  const wrong = {
    'format=garak': 'endpoint_id',
    'endpoint_id=': 'endpoint_id',
    'endpoint_id=ep_1': 'format',
    'format=excel&endpoint_id=ep_1': 'format',
    'format=garak&endpoint_id=a%20b': 'endpoint_id',
    'format=garak&endpoint_id=ep_1&tenant=globex': 'tenant',
  };
  for (const [query, field] of Object.entries(wrong)) {
    const { status, json } = await gateway.call(`/api/v2/findings/import?${query}`, { method: 'POST', body: 'x' });
    expect({ query, status, field: json.field }).toEqual({ query, status: 400, field });
  }
  expect(await gateway.eventCount()).toBe(before);
});

test('an import may exceed the limit of other bodies, up to its own', async () => {
  const MIB = 1024 * 1024;
  const gateway = await GatewayUnderTest.open({ importBytesMax: 4 * MIB });
  const scan = await readFile(SCAN);
  const padded = (sizeBytes: number) => Buffer.concat([scan, Buffer.alloc(sizeBytes - scan.length, '\n')]);
  const large = await sent(gateway, new Blob([padded(3 * MIB)]).stream());
  expect(large.status).toBe(200);
  const before = await gateway.eventCount();
  const tooLarge = await gateway.call(INTO, { method: 'POST', body: padded(5 * MIB) });
  expect(tooLarge).toMatchObject({ status: 413, json: { error: 'payload_too_large', limit_bytes: 4 * MIB } });
  expect(await gateway.eventCount()).toBe(before);
});

test('the format is detected, or refused with the known formats', async () => {
  const gateway = await GatewayUnderTest.open();
  const detecting = INTO.replace('format=garak&', '');
  expect((await sent(gateway, await readFile(SCAN), detecting)).json).toMatchObject({ format: 'garak' });
  const before = await gateway.eventCount();
  expect(await sent(gateway, '{"weather": "fine"}', detecting)).toMatchObject({
    status: 400,
    json: { field: 'format', allowed: [...scanFormats], detail: expect.stringContaining('"weather"') },
  });
  const excel = await sent(gateway, 'x', INTO.replace('garak', 'excel'));
  expect(excel).toMatchObject({ status: 400, json: { field: 'format', value: 'excel', allowed: [...scanFormats] } });
  expect(await gateway.eventCount()).toBe(before);
});

test('a dry run reports what an import would do, and records nothing', async () => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const { status, json: foreseen } = await sent(gateway, await readFile(SCAN), `${INTO}&dry_run=true`);
  expect({ status, dryRun: foreseen.dry_run }).toEqual({ status: 200, dryRun: true });
  expect(foreseen.counts.recorded).toBeGreaterThan(0);
  expect(foreseen.refs.length).toBeGreaterThan(0);
  expect(await gateway.eventCount()).toBe(before);
  expect((await gateway.call<FindingPage>('/api/v2/findings')).json.data).toEqual([]);
  const { json: done } = await sent(gateway, await readFile(SCAN), `${INTO}&dry_run=false`);
  expect(done).toEqual({ ...foreseen, dry_run: false });
  expect(await sent(gateway, '', `${INTO}&dry_run=yes`)).toMatchObject({ status: 400, json: { field: 'dry_run' } });
});

test('a log of Inspect AI is imported by the rules of its importer', async () => {
  const gateway = await GatewayUnderTest.open();
  const file = await readFile(join(REPOSITORY, 'packages', 'findings', 'test', 'samples', 'inspect', 'facts.eval'));
  const into = INTO.replace('format=garak&', 'dry_run=true&');
  const { json } = await sent(gateway, file, into);
  expect(json).toMatchObject({ format: 'inspect', counts: { recorded: 0, skipped: { meaning_unknown: 3 } } });
  const judged = await sent(gateway, file, `${into}&pass_when=${encodeURIComponent('match=C')}`);
  expect(judged.json).toMatchObject({ counts: { recorded: 3 }, evaluations: { total: 3, passed: 0, failed: 3 } });
  for (const [body, rule] of [
    [file, 'match'],
    [await readFile(SCAN), 'match=C'],
  ] as const) {
    const refused = await sent(gateway, body, `${into}&pass_when=${encodeURIComponent(rule)}`);
    expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_request', field: 'pass_when' } });
  }
});
