import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FindingPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { unavailable } from '../../../src/core/call/problem.js';
import { openOverBroken } from '../../broken-event.js';
import { type Operation, operations } from '../../from-contract.js';
import {
  ALL_SCOPES,
  everybodyListens,
  GatewayUnderTest,
  type Send,
  seedRequest,
  stalled,
} from '../../gateway-under-test.js';
import { byInstalledRules } from '../../installed-rules.js';
import { lifeOf } from '../../life-of.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';
const MIB = 1024 * 1024;
const JWT = 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA';
const NEVER_MADE = 'rpt_2026_00000000000000000000000000';
const UNREADABLE = 'rpt_2026_11111111111111111111111111';

/** The slugs of DESIGN §5, and those that were added for cases that it leaves open. */
const SLUGS = [
  ...['framework_unknown', 'scope_invalid', 'invalid_request', 'invalid_cursor'],
  ...['missing_token', 'invalid_token', 'expired_token', 'missing_scope', 'ip_not_allowed', 'link_expired'],
  ...['report_not_found', 'report_not_ready', 'report_not_expired', 'report_expired'],
  ...['payload_too_large', 'idempotency_key_reused'],
  ...['rate_limited', 'unavailable'],
  ...['not_found', 'finding_not_found', 'framework_not_found', 'method_not_allowed', 'idempotency_key_in_use'],
  ...['unsupported_media_type', 'range_not_satisfiable', 'precondition_failed', 'too_many_streams', 'request_timeout'],
  ...['history_unreadable', 'findings_quota_reached', 'artifact_quota_reached', 'insufficient_storage'],
];

/** The responses so far, by operation. Every call checks that the document declares its response. */
class Reached {
  readonly answers = new Set<string>();
  readonly slugs = new Set<string>();

  async by(gateway: GatewayUnderTest, operationId: string, path: string, send: Send = {}) {
    const { method = 'GET' } = operations.find((one) => one.operationId === operationId) ?? {};
    const answer = await gateway.call(path, { method, ...send });
    this.answers.add(`${operationId} ${answer.status}`);
    if (typeof answer.json?.error === 'string') this.slugs.add(answer.json.error);
    return answer;
  }
}

/** For each operation, a call that succeeds. */
interface Calls {
  /** Throws for an operation without a path. */
  readonly pathOf: (operationId: string) => string;
  readonly sends: Readonly<Record<string, Send>>;
}

const secured = operations.filter(({ statuses }) => statuses.includes('401'));
const isWrite = ({ method }: Operation) => method !== 'GET' && method !== 'HEAD';

async function callsIn(gateway: GatewayUnderTest): Promise<Calls & Record<'queued' | 'ready' | 'expired', string>> {
  const scan = await readFile(SCAN);
  await gateway.call(IMPORT, { method: 'POST', body: scan });
  const { json: findings } = await gateway.call<FindingPage>('/api/v2/findings?limit=1');
  const finding = `/api/v2/findings/${findings.data[0]?.id}`;
  const [queued, ready, expired] = [await asked(gateway), await finished(gateway), await finished(gateway)];
  const gone = { ...exampleOf('ReportExpired'), reportId: expired };
  await gateway.append(streamOf.report(expired), 'acme', { type: 'ReportExpired', data: gone });
  const report = `/api/v2/reports/${ready}`;
  const paths: Readonly<Record<string, string>> = {
    ...{ createReport: '/api/v2/reports', listReports: '/api/v2/reports', getReport: report },
    ...{ followReport: `${report}/events`, downloadReport: `${report}/download`, headReport: `${report}/download` },
    regenerateReport: `/api/v2/reports/${expired}/regenerate`,
    ...{ getAttestation: `${report}/attestation`, importFindings: IMPORT, listFindings: '/api/v2/findings' },
    ...{ getFinding: finding, changeFinding: finding, listFrameworks: '/api/v2/frameworks' },
    ...{ getFramework: '/api/v2/frameworks/OWASP_LLM', getCrosswalk: '/api/v2/frameworks/OWASP_LLM/crosswalk' },
    ...{ getKeys: '/.well-known/jwks.json', getHealth: '/healthz', getReadiness: '/readyz', getMetrics: '/metrics' },
    ...{ listAudit: '/api/v2/audit', getOpenApi: '/openapi.json', getAsyncApi: '/asyncapi.json' },
  };
  const pathOf = (operationId: string): string => {
    const path = paths[operationId];
    if (path === undefined) throw new Error(`${operationId} has no path here: add it to \`paths\`.`);
    return path;
  };
  const sends = {
    createReport: { json: seedRequest },
    changeFinding: { json: { status: 'triaged' } },
    importFindings: { body: scan },
  };
  return { pathOf, sends, queued, ready, expired };
}

async function asked(gateway: GatewayUnderTest, headers = {}): Promise<string> {
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest, headers });
  return String(json.id);
}

async function finished(gateway: GatewayUnderTest, headers = {}): Promise<string> {
  const id = await asked(gateway, headers);
  const artifact = await gateway.artifacts.put('acme', Buffer.from('%PDF-1.7'), 'application/pdf');
  const envelope = JSON.stringify({ payload: '', payloadType: 'application/vnd.in-toto+json', signatures: [{}] });
  const attestation = await gateway.artifacts.put(
    'acme',
    Buffer.from(envelope),
    'application/vnd.dsse.envelope.v1+json',
  );
  const { started, scoped, mapped, ready } = lifeOf(id, artifact);
  const last = { ...ready, data: { ...ready.data, attestation } };
  await gateway.append(streamOf.report(id), 'acme', started, scoped, byInstalledRules(mapped), last);
  return id;
}

/** HEAD has the headers of GET, but no content (RFC 9110 §9.3.2). */
async function headsOf(gateway: GatewayUnderTest, { pathOf }: Calls): Promise<void> {
  for (const { operationId } of operations.filter(({ method }) => method === 'GET')) {
    const path = pathOf(operationId);
    const [get, head] = [await gateway.call(path), await gateway.call(path, { method: 'HEAD' })];
    const type = ({ headers }: typeof get) => headers.get('content-type');
    expect([operationId, head.status, type(head), head.body.length]).toEqual([operationId, get.status, type(get), 0]);
  }
}

async function doors(gateway: GatewayUnderTest, { pathOf, sends }: Calls, reached: Reached): Promise<void> {
  const expired = await gateway.mint('acme', ['reports:read'], { expiresAt: '2026-05-22T10:35:00.001Z' });
  const elsewhere = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['192.0.2.0/24'] });
  const narrow = await gateway.mint('acme', ['webhooks:write']);
  gateway.wait(1);
  for (const { operationId } of secured) {
    const path = pathOf(operationId);
    for (const token of [null, 'ert_unknown', expired, elsewhere, narrow]) {
      await reached.by(gateway, operationId, path, { ...sends[operationId], token });
    }
  }
}

/** A token needs exactly the scope that the document names. */
async function scopesOf(gateway: GatewayUnderTest, { pathOf, sends }: Calls): Promise<void> {
  for (const { operationId, method, scopes } of secured) {
    const statusWith = async (token: string) => {
      const answer = await gateway.call(pathOf(operationId), { method, ...sends[operationId], token });
      return answer.status === 403 ? `403 ${answer.json?.error ?? ''} ${answer.json?.allowed ?? ''}` : 'let in';
    };
    const without = await gateway.mint('acme', [
      'webhooks:write',
      ...ALL_SCOPES.filter((one) => !scopes.includes(one)),
    ]);
    const refused = method === 'HEAD' ? '403  ' : `403 missing_scope ${scopes}`;
    expect([operationId, await statusWith(without)]).toEqual([operationId, scopes.length > 0 ? refused : 'let in']);
    const sufficient = await gateway.mint('acme', scopes.length > 0 ? scopes : ['webhooks:write']);
    expect([operationId, await statusWith(sufficient)]).toEqual([operationId, 'let in']);
  }
}

async function wrongCalls(gateway: GatewayUnderTest, { pathOf, sends }: Calls, reached: Reached): Promise<void> {
  for (const { operationId, statuses, path, body, parameters } of operations) {
    const right = pathOf(operationId);
    const send = sends[operationId] ?? {};
    const at = (value: string) => path.replace(/\{[a-z]+\}/, value);
    if (path.includes('{') && statuses.includes('400')) await reached.by(gateway, operationId, at('%E0%A4%A'), send);
    if (statuses.includes('404'))
      await reached.by(gateway, operationId, at(path.includes('reports') ? NEVER_MADE : 'none'), send);
    if (statuses.includes('500')) await reached.by(gateway, operationId, at(UNREADABLE), send);
    if (statuses.includes('304')) await reached.by(gateway, operationId, right, { headers: { 'if-none-match': '*' } });
    if (!path.includes('{')) {
      await reached.by(gateway, operationId, `${right}${right.includes('?') ? '&' : '?'}surprise=1`, send);
    }
    if (parameters.some(({ name }) => name === 'cursor'))
      await reached.by(gateway, operationId, `${right}?cursor=forged`);
    if (body === undefined) continue;
    await reached.by(gateway, operationId, right, { json: { surprise: 1 } });
    await reached.by(gateway, operationId, right, { body: 'x', headers: { 'content-type': 'text/plain' } });
    await reached.by(gateway, operationId, right, { json: 'x'.repeat(MIB) });
  }
}

test('every response that the document declares occurs, and every slug', async () => {
  const reached = new Reached();
  const away = async () => Promise.reject(unavailable('Away; try again.'));
  const { gateway, appendBroken, breakEverything } = await openOverBroken({
    issuer: { find: away },
    importBytesMax: MIB,
  });
  const calls = await callsIn(gateway);
  const { pathOf, sends, queued, expired, ready } = calls;
  for (const { operationId } of operations) {
    await reached.by(gateway, operationId, pathOf(operationId), sends[operationId]);
  }
  await headsOf(gateway, calls);
  await scopesOf(gateway, calls);
  await doors(gateway, calls, reached);
  await appendBroken(streamOf.report(UNREADABLE), 'ReportRequested');
  await wrongCalls(gateway, calls, reached);
  for (const { operationId } of secured) {
    await reached.by(gateway, operationId, pathOf(operationId), { ...sends[operationId], token: JWT });
  }

  const create = (json: object, headers = {}) =>
    reached.by(gateway, 'createReport', '/api/v2/reports', { json, headers });
  await create({ ...seedRequest, frameworks: ['OWASP_LLMS'] });
  await create({ ...seedRequest, scope: {} });
  const key = { 'idempotency-key': 'one' };
  await Promise.all(Array.from({ length: 20 }, () => create(seedRequest, key)));
  await create({ ...seedRequest, title: 'Another' }, key);
  const waited = { 'idempotency-key': 'two' };
  await finished(gateway, waited);
  await create(seedRequest, { ...waited, prefer: 'wait=1' });
  await reached.by(gateway, 'importFindings', IMPORT, { body: Buffer.alloc(2 * MIB) });
  const zipped = { body: 'x', headers: { 'content-encoding': 'gzip' } };
  await reached.by(gateway, 'importFindings', IMPORT, zipped);
  for (const id of [queued, expired]) {
    for (const part of ['download', 'attestation']) {
      const operation = part === 'download' ? 'downloadReport' : 'getAttestation';
      await reached.by(gateway, operation, `/api/v2/reports/${id}/${part}`);
    }
    await reached.by(gateway, 'headReport', `/api/v2/reports/${id}/download`);
  }
  await reached.by(gateway, 'regenerateReport', `/api/v2/reports/${ready}/regenerate`);
  await downloads(gateway, `/api/v2/reports/${ready}/download`, reached);
  await reached.by(gateway, 'followReport', `/api/v2/reports/${ready}/events`, { headers: { 'last-event-id': '9' } });
  reached.slugs.add(String((await gateway.call('/nowhere')).json.error));
  reached.slugs.add(String((await gateway.call('/healthz', { method: 'POST' })).json.error));
  await limited(calls, gateway, reached);
  await tooSlow(calls, gateway, reached);
  await noRoom(calls, gateway, reached);
  await tooManyStreams(gateway, `/api/v2/reports/${queued}/events`, reached);
  await breakEverything();
  for (const { operationId } of operations)
    await reached.by(gateway, operationId, pathOf(operationId), sends[operationId]);
  await create(seedRequest, key);
  const unready = await GatewayUnderTest.open({ bus: { ...everybodyListens, missing: async () => ['nats'] } });
  await reached.by(unready, 'getReadiness', '/readyz');

  const declared = operations.flatMap(({ operationId, statuses }) =>
    statuses.map((status) => `${operationId} ${status}`),
  );
  expect(declared.filter((answer) => !reached.answers.has(answer))).toEqual([]);
  expect(SLUGS.filter((slug) => !reached.slugs.has(slug))).toEqual([]);
  expect(reached.slugs).not.toContain('internal_error');
}, 120_000);

async function downloads(gateway: GatewayUnderTest, path: string, reached: Reached): Promise<void> {
  const link = (await gateway.call(path)).headers.get('location') ?? '';
  for (const range of ['bytes=0-1', 'bytes=100-'])
    await reached.by(gateway, 'downloadReport', link, { headers: { range } });
  await reached.by(gateway, 'downloadReport', link);
  await reached.by(gateway, 'headReport', link);
  for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"another"' }]) {
    await reached.by(gateway, 'downloadReport', link, { headers });
    await reached.by(gateway, 'headReport', link, { headers });
  }
  gateway.wait(61);
  await reached.by(gateway, 'downloadReport', link);
}

/** Every call with a token is limited. The limit here is one, plus one for the burst. */
async function limited({ pathOf, sends }: Calls, { store }: GatewayUnderTest, reached: Reached): Promise<void> {
  const strict = await GatewayUnderTest.open({ store, callsPerMinute: { reports: 1, token: 1 } });
  for (const operation of secured) {
    const { operationId } = operation;
    const token = await strict.mint('acme', ALL_SCOPES);
    for (let call = 0; call < 3; call++) {
      await reached.by(strict, operationId, pathOf(operationId), {
        ...(isWrite(operation) ? sends[operationId] : {}),
        token,
      });
    }
  }
}

async function tooSlow({ pathOf }: Calls, { store, token }: GatewayUnderTest, reached: Reached): Promise<void> {
  const impatient = await GatewayUnderTest.open({ store, timeouts: { bodyMs: 50, stalledMs: 50 } });
  for (const { operationId, statuses } of operations) {
    if (!statuses.includes('408')) continue;
    const headers = { 'content-type': 'application/json' };
    await reached.by(impatient, operationId, pathOf(operationId), { token, body: stalled(), headers });
  }
}

async function noRoom({ sends }: Calls, { store, token }: GatewayUnderTest, reached: Reached): Promise<void> {
  const scan = { ...sends.importFindings, token };
  const small = await GatewayUnderTest.open({ store, quotas: { findings: 1, artifactBytes: 1 } });
  await reached.by(small, 'importFindings', `${IMPORT}2`, scan);
  await reached.by(small, 'createReport', '/api/v2/reports', { ...sends.createReport, token });
  const full = await GatewayUnderTest.open({ store, diskWatermarkBytes: 1, freeBytes: async () => 0 });
  await reached.by(full, 'importFindings', IMPORT, scan);
}

async function tooManyStreams(gateway: GatewayUnderTest, path: string, reached: Reached): Promise<void> {
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${gateway.token}` };
  const open = () => fetch(new URL(path, gateway.url), { headers, signal: leaving.signal });
  for (let { status } = await open(); status === 200; { status } = await open());
  await reached.by(gateway, 'followReport', path);
  leaving.abort();
}
