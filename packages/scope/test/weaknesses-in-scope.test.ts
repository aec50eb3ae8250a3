import { envelop, type FindingRecorded, type ReportScope, streamOf } from '@evidence/contracts';
import { exampleMetadata } from '@evidence/contracts/examples';
import { EventStoreError, execute } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { findingStatusDecider } from '@evidence/findings';
import { importScan } from '@evidence/findings/parse';
import { claimFix, recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { scopeLines } from '../src/resolve-scope.js';
import { evidenceInViewFile } from '../src/view/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../src/view/evidence-view.js';
import { snapshotOf } from './resolved.js';

const { eventId: _, schema: __, ...about } = { ...exampleMetadata(), tenant: 'acme', actor: 'token:tok_importer' };
const frameworks = loadFrameworks();
const where = { tenant: 'acme', endpointId: 'ep_chat' };

let store: EventLog;
beforeEach(() => {
  store = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00Z') }));
});

const IMPORTED_AT = '2026-11-23T10:00:00.000Z';

async function record(format: string, text: string, into = store): Promise<string> {
  const source = (async function* () {
    yield Buffer.from(text);
  })();
  await using imported = await importScan(source, {
    ...{ format, ...where, importedAt: IMPORTED_AT, frameworks },
  });
  return (await recordScan({ store: into, imported, provenance: about })).scanId;
}
const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const evaluation = (probe: string, fails: number) => ({
  ...{ entry_type: 'eval', probe, detector: 'd.D', passed: 10 - fails, fails, total_evaluated: 10 },
});
const report = (run: string, month: number, ...rows: object[]) =>
  lines({ entry_type: 'init', garak_version: '0.14.0', start_time: `2026-0${month}-10T08:00:00`, run }, ...rows, {
    entry_type: 'completion',
  });

async function fix(findingId: string, changedAt: string): Promise<void> {
  await claimFix(store, { ...where, findingId }, about);
  const data = { findingId, tenant: 'acme', bornAs: 'open' as const, status: 'fixed', changedAt, changedBy: 'token:t' };
  await execute({
    ...{ store, stream: streamOf.finding(findingId), decider: findingStatusDecider },
    command: { type: 'ChangeFindingStatus', data },
    describe: (event) => envelop('00000000-0000-4000-8000-000000000001', event, about),
  });
}

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
  return snapshotOf(scopeLines({ tenant: 'acme', scope: asked, ...evidence }));
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

test('a weakness outside the dates that is still open is counted there, and one that was closed is not', async () => {
  await record('garak', report('r5', 5, evaluation('p.P', 5), evaluation('p.Q', 5), evaluation('p.R', 5)));
  await record('garak', report('r7', 7, evaluation('p.P', 0), evaluation('p.Q', 0), evaluation('p.R', 1)));
  await record('garak', report('r9', 9, evaluation('p.S', 1)));
  const q = (await scoped()).findings.find(({ probe }) => probe === 'p.Q');
  await fix(q?.id ?? '', '2026-05-20T00:00:00.000Z');
  const july = await scoped({ from: '2026-07-01', to: '2026-07-31' });
  expect(july.findings.map(({ probe }) => probe)).toEqual(['p.R']);
  expect(july.counts.excluded).toEqual({ before_from: 2, after_to: 1 });
  expect(july.openElsewhen).toMatchObject([
    { reason: 'after_to', findings: 1 },
    { reason: 'before_from', findings: 1 },
  ]);
  expect((await scoped({ from: '2026-07-01', to: '2026-07-31', endpointIds: ['ep_other'] })).openElsewhen).toEqual([]);
  expect((await scoped()).openElsewhen).toEqual([]);
});

test('two rows of one weakness in a file are one observation', async () => {
  const row = { title: 'It leaks', severity: 'high' };
  const header = { format: 'evidence-findings/v1', tool: { name: 'own' } };
  await record('native', JSON.stringify({ ...header, findings: [row, { ...row, severity: 'critical' }, row] }));
  const { findings, counts } = await scoped();
  expect(counts).toMatchObject({ considered: 1, included: 1 });
  expect(findings).toMatchObject([{ observations: 1, severity: 'critical' }]);
});

const hit = { probe: 'p.P', detector: 'd.D', output: 'Sure.', run_id: 'r5', generator: 'openai gpt-4o' };

test('a hitlog, a digest and the report of a run are one scan, which names them all and contradicts nothing', async () => {
  const hitlog = await record('garak', lines(hit));
  const meta = { garak_version: '0.14.0', start_time: '2026-05-10T08:00:00', run_uuid: 'r5' };
  const tested = { passed: 5, fails: 5, total_evaluated: 10, absolute_score: 0.5 };
  const group = { 'p.P': { _summary: {}, 'd.D': tested } };
  const digest = await record('garak', lines({ entry_type: 'digest', meta, eval: { group } }));
  const whole = await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const { findings, scans, counts } = await scoped();
  expect(counts).toMatchObject({ considered: 1, included: 1 });
  expect(findings).toMatchObject([{ probe: 'p.P', scanId: whole, observations: 1 }]);
  const copies = [
    { scanId: hitlog, relation: 'copy', kind: 'hitlog', findings: 1 },
    { scanId: digest, relation: 'copy', kind: 'digest', findings: 1 },
  ].sort((one, other) => (one.scanId < other.scanId ? -1 : 1));
  expect(scans).toMatchObject([{ id: whole, runId: 'r5', discrepancies: [], sameRun: copies }]);
});

test('two files of a run that each have something of their own are two scans, and each names the other', async () => {
  const hitlog = await record('garak', lines(hit, { ...hit, probe: 'only.InHitlog' }));
  const whole = await record('garak', report('r5', 5, evaluation('p.P', 5), evaluation('p.Q', 1)));
  const { findings, scans } = await scoped();
  expect(findings.map(({ probe, observations }) => `${probe} ${observations}`).sort()).toEqual([
    'only.InHitlog 1',
    'p.P 2',
    'p.Q 1',
  ]);
  const told = scans.map(({ id, sameRun }) => [id, sameRun]);
  expect(new Map(told as [string, unknown][])).toEqual(
    new Map([
      [hitlog, [{ scanId: whole, relation: 'apart', findings: 2 }]],
      [whole, [{ scanId: hitlog, relation: 'apart', findings: 2 }]],
    ]),
  );
});

test('rows that are appended after their scan was superseded do not count twice', async () => {
  const [lesser, better] = [lines(hit), report('r5', 5, evaluation('p.P', 5))];
  let appends = 0;
  const dying: EventLog = {
    ...store,
    append: (...append) =>
      appends++ >= 1
        ? Promise.reject(new EventStoreError('unavailable', 'The store is gone.'))
        : store.append(...append),
  };
  await expect(record('garak', lesser, dying)).rejects.toMatchObject({ code: 'unavailable' });
  const whole = await record('garak', better);
  await record('garak', lesser);
  const { findings, scans } = await scoped();
  expect(findings).toMatchObject([{ scanId: whole, observations: 1 }]);
  expect(scans.map(({ id }) => id)).toEqual([whole]);
});

test('a scan without a stated time is an observation without a time, and reopens nothing', async () => {
  await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const [{ id: findingId = '' } = {}] = (await scoped()).findings;
  await fix(findingId, '2026-05-20T00:00:00.000Z');
  const hitlog = await record('garak', lines({ ...hit, run_id: 'other' }));
  const { findings, dispositions, scans } = await scoped();
  expect(findings).toEqual([]);
  const seenOnce = { firstSeenAt: '2026-05-10T08:00:00.000Z', lastSeenAt: '2026-05-10T08:00:00.000Z' };
  expect(dispositions).toMatchObject([
    { findingId, status: 'fixed', ...seenOnce, observations: 2, undated: { observations: 1, importedAt: IMPORTED_AT } },
  ]);
  const { startedAt, importedAt } = scans.find(({ id }) => id === hitlog) ?? {};
  expect({ startedAt, importedAt }).toEqual({ startedAt: null, importedAt: IMPORTED_AT });
});

test('a finding marked fixed is in the report again once a later scan sees it', async () => {
  await record('garak', report('r5', 5, evaluation('p.P', 5)));
  const [finding] = (await scoped()).findings;
  await fix(finding?.id ?? '', '2026-05-20T00:00:00.000Z');
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
])('a weakness with a closed and an open row in one file is open: the open one %s', async (_, rows) => {
  const physicalLocation = { artifactLocation: { uri: 'a.py' }, region: { startLine: 3 } };
  const results = rows.map((more) => ({
    ...{ ruleId: 'r', message: { text: 'Bad.' }, locations: [{ physicalLocation }], ...more },
  }));
  await record('sarif', JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't' } }, results }] }));
  expect(await scoped()).toMatchObject({ findings: [{ status: 'open', observations: 1 }], dispositions: [] });
});

test('findings from before weaknesses had an identity can still be read', async () => {
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
