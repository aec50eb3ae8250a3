import { envelop, exampleMetadata, type FindingRecorded, type ReportScope, streamOf } from '@evidence/contracts';
import { type EventStore, execute, openSqliteEventStore, openViewFile, startProjection } from '@evidence/event-store';
import { claimFix, findingStatusDecider, importScan, recordScan } from '@evidence/findings';
import { loadFrameworks } from '@evidence/frameworks';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { evidenceInViewFile } from '../src/adapters/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../src/adapters/evidence-view.js';
import { resolveScope } from '../src/core/resolve-scope.js';

const { eventId: _, schema: __, ...about } = { ...exampleMetadata(), tenant: 'acme', actor: 'token:tok_importer' };
const frameworks = loadFrameworks();
const where = { tenant: 'acme', endpointId: 'ep_chat' };

let store: EventStore;
beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00Z') });
});

async function record(format: string, text: string): Promise<string> {
  const source = (async function* () {
    yield Buffer.from(text);
  })();
  await using imported = await importScan(source, {
    ...{ format, ...where, importedAt: '2026-11-23T10:00:00.000Z', frameworks },
  });
  return (await recordScan({ store, imported, provenance: about })).scanId;
}
const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const evaluation = (probe: string, fails: number) => ({
  ...{ entry_type: 'eval', probe, detector: 'd.D', passed: 10 - fails, fails, total_evaluated: 10 },
});
const report = (run: string, month: number, ...rows: object[]) =>
  lines({ entry_type: 'init', garak_version: '0.14.0', start_time: `2026-0${month}-10T08:00:00`, run }, ...rows, {
    entry_type: 'completion',
  });

async function scoped(scope: Partial<ReportScope> = {}) {
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  onTestFinished(async () => {
    await projection.stop();
    view.close();
  });
  const asked = { endpointIds: [], includeSeverities: [], ...scope };
  const position = (await store.head()) ?? 0n;
  const evidence = await evidenceInViewFile(view, projection).asOf('acme', position, asked);
  return resolveScope({ tenant: 'acme', scope: asked, ...evidence });
}

test('a weakness seen by three scans is one finding, as the last scan within the dates saw it', async () => {
  const [may, june, august] = [
    await record('garak', report('r5', 5, evaluation('p.P', 5))),
    await record('garak', report('r6', 6, evaluation('p.P', 2))),
    await record('garak', report('r8', 8, evaluation('p.P', 1))),
  ];
  const september = await record('garak', report('r9', 9, evaluation('p.P', 0)));
  const seen = { firstSeenAt: '2026-05-10T08:00:00.000Z', lastSeenAt: '2026-08-10T08:00:00.000Z', observations: 3 };
  const notSeenSince = { scanId: september, at: '2026-09-10T08:00:00.000Z', scans: 1 };
  const all = await scoped();
  expect(all.counts).toEqual({ considered: 1, included: 1, excluded: {} });
  expect(all.findings).toMatchObject([{ ...seen, notSeenSince, scanId: august, hits: 1 }]);

  const quarter = await scoped({ from: '2026-04-01', to: '2026-06-30' });
  expect(quarter.findings).toMatchObject([{ ...seen, scanId: june, hits: 2 }]);
  expect(quarter.scans.map(({ id }) => id).sort()).toEqual([may, june].sort());
  expect((await scoped({ from: '2026-07-01', to: '2026-07-31' })).counts.excluded).toEqual({ before_from: 1 });
  expect((await scoped({ to: '2026-04-30' })).counts.excluded).toEqual({ after_to: 1 });
});

test('two rows of one weakness in a file are one observation', async () => {
  const row = { title: 'It leaks', severity: 'high' };
  const header = { format: 'evidence-findings/v1', tool: { name: 'own' } };
  await record('native', JSON.stringify({ ...header, findings: [row, { ...row, severity: 'critical' }, row] }));
  const { findings, counts } = await scoped();
  expect(counts).toMatchObject({ considered: 1, included: 1 });
  expect(findings).toMatchObject([{ observations: 1, severity: 'critical' }]);
});

test('a hitlog and the report of its run are one scan, of which both are told', async () => {
  const hit = { probe: 'p.P', detector: 'd.D', output: 'Sure.', run_id: 'r5', generator: 'openai gpt-4o' };
  const hitlog = await record('garak', lines(hit, { ...hit, probe: 'only.InHitlog' }));
  const whole = await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const { findings, scans, counts } = await scoped();
  expect(counts).toMatchObject({ considered: 2, included: 2 });
  const observations = findings.map(({ probe, scanId, observations }) => [probe, scanId, observations]).sort();
  expect(observations).toEqual([
    ['only.InHitlog', hitlog, 1],
    ['p.P', whole, 1],
  ]);
  expect(scans).toMatchObject([
    { id: whole, runId: 'r5', discrepancies: [{ subject: expect.stringContaining(hitlog), stated: 2, counted: 0 }] },
  ]);
});

test('what was said to be fixed is in the report again once a later scan sees it', async () => {
  await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const [finding] = (await scoped()).findings;
  const findingId = finding?.id ?? '';
  await claimFix(store, { ...where, findingId }, about);
  const data = {
    ...{ findingId, tenant: 'acme', bornAs: 'open' as const, status: 'fixed' },
    ...{ changedAt: '2026-05-20T00:00:00.000Z', changedBy: 'token:tok_1' },
  };
  await execute({
    ...{ store, stream: streamOf.finding(findingId), decider: findingStatusDecider },
    command: { type: 'ChangeFindingStatus', data },
    describe: (event) => envelop('00000000-0000-4000-8000-000000000001', event, about),
  });
  expect(await scoped()).toMatchObject({ findings: [], dispositions: [{ status: 'fixed', observations: 1 }] });
  await record('garak', report('r6', 6, evaluation('p.P', 1)));
  expect(await scoped()).toMatchObject({ findings: [{ status: 'open', observations: 2 }], dispositions: [] });
});

test('a suppression is a disposition in the words of its file', async () => {
  const suppressions = [{ kind: 'external', justification: 'Known.', properties: { alias: 'jane.doe' } }];
  const results = [{ ruleId: 'r', message: { text: 'Bad.' }, suppressions }];
  await record('sarif', JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't' } }, results }] }));
  expect((await scoped()).dispositions).toMatchObject([
    { status: 'accepted', decidedBy: 'file:jane.doe', kind: 'external', reason: 'Known.', observations: 1 },
  ]);
});

test.each([
  ['first', [{}, { suppressions: [{ kind: 'inSource' }] }]],
  ['last', [{ suppressions: [{ kind: 'inSource' }] }, {}]],
])('a weakness of which a file closes one row and leaves one open is open: the open one %s', async (_, rows) => {
  const physicalLocation = { artifactLocation: { uri: 'a.py' }, region: { startLine: 3 } };
  const results = rows.map((more) => ({
    ...{ ruleId: 'r', message: { text: 'Bad.' }, locations: [{ physicalLocation }], ...more },
  }));
  await record('sarif', JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't' } }, results }] }));
  expect(await scoped()).toMatchObject({ findings: [{ status: 'open', observations: 1 }], dispositions: [] });
});

test('findings from before weaknesses had an identity stay readable', async () => {
  const scanId = await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const events: FindingRecorded[] = [];
  for await (const { type, data } of store.readStream(streamOf.scan(scanId)))
    if (type === 'FindingRecorded') events.push(data as FindingRecorded);
  const { identity: ___, ...old } = events[0] as FindingRecorded;
  const event = envelop(
    '00000000-0000-4000-8000-000000000002',
    {
      ...{ type: 'FindingRecorded' as const, data: { ...old, findingId: 'fnd_old' } },
    },
    about,
  );
  await store.append(streamOf.scan(scanId), 'any', [event]);
  expect((await scoped()).findings.map(({ id, observations }) => [id, observations])).toContainEqual(['fnd_old', 1]);
});
