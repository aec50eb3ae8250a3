import { type Finding, type FindingPage, type ImportResult, streamOf } from '@evidence/contracts';
import { expect, test } from 'vitest';
import { GatewayUnderTest } from '../../gateway-under-test.js';

const DAY_S = 24 * 60 * 60;
const INTO = '/api/v2/findings/import?endpoint_id=ep_chat';

/** The report of a garak run that started at 08:00 on that day. */
const report = (run: string, day: string, fails: number) =>
  [
    { entry_type: 'init', garak_version: '0.14.0', start_time: `${day}T08:00:00`, run },
    { entry_type: 'eval', probe: 'p.P', detector: 'd.D', passed: 10 - fails, fails, total_evaluated: 10 },
    { entry_type: 'completion' },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

const imported = async (gateway: GatewayUnderTest, body: string, more = '&format=garak') => {
  const { json, status } = await gateway.call<ImportResult>(`${INTO}${more}`, { method: 'POST', body });
  expect(status).toBe(200);
  return json;
};
const listed = async (gateway: GatewayUnderTest, query = '') =>
  (await gateway.call<FindingPage>(`/api/v2/findings?limit=200${query}`)).json.data;
const find = async (gateway: GatewayUnderTest, id: string) =>
  (await gateway.call<Finding>(`/api/v2/findings/${id}`)).json;

test('a weakness that a later scan sees again is one finding with two observations', async () => {
  const gateway = await GatewayUnderTest.open();
  const first = await imported(gateway, report('r1', '2026-01-01', 3));
  const second = await imported(gateway, report('r2', '2026-01-02', 5));
  expect(first.counts).toMatchObject({ in: 1, recorded: 1, observed: 0 });
  expect(second.counts).toMatchObject({ in: 1, recorded: 1, observed: 1 });
  const [row, ...others] = await listed(gateway);
  expect(others).toEqual([]);
  const seen = { first_seen: '2026-01-01T08:00:00.000Z', last_seen: '2026-01-02T08:00:00.000Z', observations: 2 };
  expect(row).toMatchObject({ ...seen, scan_id: second.scan_id, title: expect.stringContaining('5 of 10') });
  for (const { scan_id } of [first, second])
    expect((await listed(gateway, `&scan_id=${scan_id}`)).map(({ id }) => id)).toEqual([row?.id]);

  const clean = await imported(gateway, report('r3', '2026-01-03', 0));
  const finding = await find(gateway, row?.id ?? '');
  expect(finding).toMatchObject({ ...seen, status: 'open', status_history: [] });
  expect(finding.not_seen_since).toEqual({ scan_id: clean.scan_id, at: '2026-01-03T08:00:00.000Z', scans: 1 });
});

test('a finding that was claimed as fixed is open again once a later scan sees it, with the reason', async () => {
  const gateway = await GatewayUnderTest.open();
  await imported(gateway, report('r1', '2026-01-01', 3));
  const [row] = await listed(gateway);
  const path = `/api/v2/findings/${row?.id}`;
  const decide = (status: string) => gateway.call<Finding>(path, { method: 'PATCH', json: { status } });
  expect((await decide('fixed')).json.status).toBe('fixed');
  gateway.wait(2 * DAY_S);
  const again = await imported(gateway, report('r2', '2026-05-24', 1));
  const reopened = await find(gateway, row?.id ?? '');
  expect(reopened.status).toBe('open');
  expect(reopened.status_history).toMatchObject([
    { from: 'open', to: 'fixed' },
    {
      from: 'fixed',
      to: 'open',
      rule: 'seen_again',
      scan_id: again.scan_id,
      reason: expect.stringContaining('2026-05-24'),
    },
  ]);
  expect((await decide('fixed')).json.status).toBe('fixed');
  await decide('accepted');
  gateway.wait(DAY_S);
  await imported(gateway, report('r3', '2026-05-25', 1));
  expect(await find(gateway, row?.id ?? '')).toMatchObject({ status: 'accepted', observations: 3 });
});

test('a weakness that is open in one row of a file and closed in another is open', async () => {
  const gateway = await GatewayUnderTest.open();
  const row = { id: 'A', title: 'It leaks', severity: 'high' };
  const findings = [row, { ...row, status: 'accepted' }];
  await imported(gateway, JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 't' }, findings }), '');
  expect(await listed(gateway)).toMatchObject([{ status: 'open', observations: 1 }]);
});

test('two copies of one run are counted once, and the import reports it', async () => {
  const gateway = await GatewayUnderTest.open();
  const hit = { probe: 'p.P', detector: 'd.D', output: 'Sure.', run_id: 'r1', generator: 'test' };
  const hitlog = await imported(gateway, `${JSON.stringify(hit)}\n`);
  const whole = await imported(gateway, report('r1', '2026-01-01', 3));
  expect(whole.discrepancies).toMatchObject([{ subject: expect.stringContaining(hitlog.scan_id) }]);
  const again = await imported(gateway, `${JSON.stringify(hit)}\n\n`);
  expect(again.counts).toMatchObject({ recorded: 0, skipped: { same_run: 1 } });
  expect(await listed(gateway)).toMatchObject([
    { observations: 1, first_seen: '2026-01-01T08:00:00.000Z', scan_id: whole.scan_id },
  ]);
});

test('a suppression shows the reason and author from the file, or the importer', async () => {
  const gateway = await GatewayUnderTest.open();
  const result = (line: number, suppression: object) => ({
    ruleId: 'r1',
    message: { text: 'Found.' },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.py' }, region: { startLine: line } } }],
    suppressions: [suppression],
  });
  const results = [
    result(1, { kind: 'external', justification: 'Behind a proxy.', properties: { alias: 'jane.doe' } }),
    result(2, { kind: 'inSource' }),
  ];
  const sarif = { version: '2.1.0', runs: [{ tool: { driver: { name: 'lint' } }, results }] };
  await imported(gateway, JSON.stringify(sarif), '&format=sarif');
  const findings = await Promise.all((await listed(gateway)).map(({ id }) => find(gateway, id)));
  const histories = findings
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ status_history: [closed, ...others] }) => ({ closed, others }));
  expect(histories).toMatchObject([
    { closed: { to: 'accepted', by: 'file:jane.doe', reason: 'Behind a proxy.' }, others: [] },
    { closed: { to: 'accepted', by: expect.stringMatching(/^token:/) }, others: [] },
  ]);
});

test('the client can state what was tested if the file does not', async () => {
  const gateway = await GatewayUnderTest.open();
  const sha256 = 'a'.repeat(64);
  const stated = `&provider=openai&model=gpt-4o-mini&model_version=2024-07-18&system_prompt_sha256=${sha256}&tools_sha256=${sha256}`;
  const { scan_id } = await imported(gateway, report('r1', '2026-01-01', 1), `&format=garak${stated}`);
  const [scan] = await gateway.recordedIn(streamOf.scan(scan_id));
  const pinned = { provider: 'openai', model: 'gpt-4o-mini', modelVersion: '2024-07-18' };
  expect(scan?.data).toMatchObject({
    targets: [{ name: '', ...pinned, systemPromptSha256: sha256, toolsSha256: sha256 }],
  });
  const wrong = await gateway.call(`${INTO}&format=garak&tools_sha256=abc`, { method: 'POST', body: 'x' });
  expect(wrong).toMatchObject({ status: 400, json: { field: 'tools_sha256' } });
});
