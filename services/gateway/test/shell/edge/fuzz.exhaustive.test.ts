import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FindingPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { REPOSITORY } from '@evidence/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutated, type Operation, operations, valid } from '../../from-contract.js';
import { GatewayUnderTest, type Send, seedRequest } from '../../gateway-under-test.js';
import { byInstalledRules } from '../../installed-rules.js';
import { lifeOf } from '../../life-of.js';

const SEED = 20261124;
const REQUESTS_MIN = 2_000;
const REQUESTS_PER_OPERATION = Math.ceil(REQUESTS_MIN / operations.length) + 10;
const TIMEOUT_MS = 180_000;
const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const ENVELOPE = JSON.stringify({ payload: '', payloadType: 'application/vnd.in-toto+json', signatures: [{}] });

interface World {
  readonly gateway: GatewayUnderTest;
  /** Existing ids and names that can be put in a path, by parameter. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  readonly scan: Uint8Array;
  readonly tokens: readonly (string | null)[];
}

/** A gateway with data. Its reports are finished, because the stream of events of one in progress would not end. */
async function world(): Promise<World> {
  const gateway = await GatewayUnderTest.open();
  const scan = await readFile(SCAN);
  await gateway.call('/api/v2/findings/import?format=garak&endpoint_id=ep_1', { method: 'POST', body: scan });
  const { json: findings } = await gateway.call<FindingPage>('/api/v2/findings?limit=5');
  const ready = await reportOf(gateway);
  const artifact = await gateway.artifacts.put('acme', Buffer.from('%PDF-'), 'application/pdf');
  const life = lifeOf(ready, artifact);
  const attestation = await gateway.artifacts.put(
    'acme',
    Buffer.from(ENVELOPE),
    'application/vnd.dsse.envelope.v1+json',
  );
  const last = { ...life.ready, data: { ...life.ready.data, attestation } };
  await gateway.append(streamOf.report(ready), 'acme', life.started, life.scoped, life.mapped, last);
  const failed = await reportOf(gateway);
  const failure = { ...exampleOf('ReportFailed'), reportId: failed };
  await gateway.append(streamOf.report(failed), 'acme', { type: 'ReportFailed', data: failure });
  const expired = await reportOf(gateway);
  const past = lifeOf(expired, artifact);
  const gone = { type: 'ReportExpired', data: { ...exampleOf('ReportExpired'), reportId: expired } } as const;
  const stream = streamOf.report(expired);
  await gateway.append(stream, 'acme', past.started, past.scoped, byInstalledRules(past.mapped), past.ready, gone);
  const link = new URL(
    (await gateway.call(`/api/v2/reports/${ready}/download`)).headers.get('location') ?? '',
    gateway.url,
  );
  const known = {
    id: [ready, failed, ...findings.data.map(({ id }) => id), expired],
    slug: ['OWASP_LLM', 'EU_AI_ACT'],
    file: ['start.js', 'swagger-ui.css'],
    expires: [link.searchParams.get('expires') ?? ''],
    signature: [link.searchParams.get('signature') ?? ''],
    edition: ['2025', '2024/1689'],
    format: ['garak', 'pdf'],
    endpoint_id: ['ep_1'],
  };
  const narrow = await gateway.mint('acme', ['webhooks:write']);
  return { gateway, known, scan, tokens: [gateway.token, narrow, null, 'ert_x', '💥', 'a b'] };
}

async function reportOf(gateway: GatewayUnderTest): Promise<string> {
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  return String(json.id);
}

const pathText = fc.oneof(
  fc.string({ maxLength: 200, unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '%E0%A4%A',
    '%',
    '%00',
    '..%2F..%2Fetc',
    '%2e%2e',
    'x'.repeat(400),
    '%0d%0aSet-Cookie:%20a',
    ' ',
    "'",
  ),
);
const queryText = fc.string({ maxLength: 60, unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed()));

/** A request for an operation: mostly valid, wrong in some place. */
function requestFor(operation: Operation, { known, scan, tokens }: World): fc.Arbitrary<{ path: string; send: Send }> {
  const given = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
  const textOf = ({ name, schema }: Operation['parameters'][number]) =>
    fc.oneof(fc.constantFrom(...(known[name] ?? [''])), valid(schema).map(String)).map(encodeURIComponent);
  const inPath = given('path').map((one) =>
    fc.oneof({ weight: 4, arbitrary: textOf(one) }, { weight: 1, arbitrary: pathText }),
  );
  const inQuery = given('query').map((one) => {
    const text = fc.oneof({ weight: 6, arbitrary: textOf(one) }, { weight: 1, arbitrary: queryText });
    const absent = { weight: one.required ? 1 : 20, arbitrary: fc.constant([]) };
    return fc.oneof(absent, { weight: 10, arbitrary: text.map((value) => [`${one.name}=${value}`]) });
  });
  const strange = fc.oneof(
    { weight: 8, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: queryText.map((text) => [text]) },
  );
  const inHeaders = given('header').map((one) =>
    fc
      .option(fc.oneof(valid(one.schema).map(String), fc.string({ maxLength: 60 })))
      .map((text) => [one.name, text] as const),
  );
  return fc
    .tuple(
      fc.tuple(...inPath),
      fc.tuple(...inQuery, strange),
      fc.tuple(...inHeaders),
      bodyFor(operation, scan),
      fc.oneof({ weight: 9, arbitrary: fc.constant(tokens[0]) }, { weight: 1, arbitrary: fc.constantFrom(...tokens) }),
    )
    .map(([values, query, headers, body, token]) => {
      const path = values.reduce((at, value) => at.replace(/\{[a-z]+\}/, () => value), operation.path);
      const sendable = headers.filter(
        ([, text]) => text !== null && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text),
      );
      const send = {
        method: operation.method,
        token: token !== undefined && /^[\x21-\x7e]*$/.test(token ?? '') ? token : null,
        ...body,
        headers: { ...Object.fromEntries(sendable), ...body.headers },
      } as Send;
      return { path: `${path}?${query.flat().join('&')}`, send };
    });
}

function bodyFor({ operationId, body, example }: Operation, scan: Uint8Array): fc.Arbitrary<Partial<Send>> {
  const raw = (bytes: Uint8Array | string, mediaType: string) => ({
    body: bytes,
    headers: { 'content-type': mediaType },
  });
  const bytes = fc.uint8Array({ maxLength: 300 });
  if (operationId === 'importFindings') {
    const cut = fc.nat(scan.length).map((length) => raw(scan.subarray(0, length), 'application/jsonl'));
    return fc.oneof(
      fc.constant(raw(scan, 'application/jsonl')),
      cut,
      bytes.map((each) => raw(each, 'text/plain')),
      fc.constant({}),
    );
  }
  if (!body) return fc.constant({});
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({ json: example }) },
    { weight: 4, arbitrary: valid(body).map((json) => ({ json })) },
    { weight: 6, arbitrary: mutated(body).map((json) => ({ json })) },
    { weight: 1, arbitrary: bytes.map((each) => raw(each, 'application/json')) },
    { weight: 1, arbitrary: bytes.map((each) => raw(each, 'application/xml')) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}

test(
  'whatever is sent, no call fails internally, and the document declares every response',
  async () => {
    const here = await world();
    const answered = new Map<string, number>();
    for (const operation of operations) {
      const property = fc.asyncProperty(requestFor(operation, here), async ({ path, send }) => {
        const { status } = await here.gateway.call(path, send);
        const answer = `${operation.operationId} ${status}`;
        answered.set(answer, (answered.get(answer) ?? 0) + 1);
        expect(status).toBeLessThan(500);
      });
      await fc.assert(property, { seed: SEED, numRuns: REQUESTS_PER_OPERATION, endOnFailure: true });
    }
    const count = [...answered.values()].reduce((sum, each) => sum + each, 0);
    expect(count).toBeGreaterThanOrEqual(REQUESTS_MIN);
    // Not all requests are refused: every operation has also succeeded.
    const succeeded = new Set(
      [...answered.keys()].filter((answer) => / [23]/.test(answer)).map((answer) => answer.split(' ')[0]),
    );
    expect(operations.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id))).toEqual([]);
  },
  TIMEOUT_MS,
);

test('an unknown member is refused by name in every body, and so is an unknown parameter', async () => {
  const { gateway, known } = await world();
  for (const { operationId, method, path, parameters, body, example } of operations) {
    const [id = ''] = (operationId.endsWith('Finding') ? known.id?.slice(2) : known.id) ?? [];
    const at = path.replace('{id}', id).replace('{slug}', 'OWASP_LLM');
    if (body) {
      const { status, json } = await gateway.call(at, { method, json: { ...example, surprise: 1 } });
      expect({ operationId, status, error: json.error, field: json.field }).toEqual({
        operationId,
        status: 400,
        error: 'invalid_request',
        field: '/surprise',
      });
    }
    const takesQuery =
      parameters.some((parameter) => parameter.in === 'query') && !parameters.some(({ name }) => name === 'expires');
    if (!takesQuery) continue;
    const required = operationId === 'importFindings' ? 'format=garak&endpoint_id=ep_1&' : '';
    const { status, json } = await gateway.call(`${at}?${required}surprise=1`, {
      method,
      body: method === 'POST' ? 'x' : undefined,
    } as Send);
    expect({ operationId, status, error: json.error, field: json.field }).toEqual({
      operationId,
      status: 400,
      error: 'invalid_request',
      field: 'surprise',
    });
  }
});
