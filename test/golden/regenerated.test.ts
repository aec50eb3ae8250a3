import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  canonicalJson,
  envelop,
  jsonLinesOf,
  type ReportEvent,
  type ReportRequested,
  SCOPE_MEDIA_TYPE,
  scopeLinesOf,
  streamOf,
} from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { importScan } from '@evidence/findings/parse';
import { type Frameworks, frameworksOf } from '@evidence/frameworks';
import { loadFrameworks, openArchive } from '@evidence/frameworks/load';
import { readReport } from '@evidence/report/stage';
import { ensureDevelopmentAuthority, openSigningKeys } from '@evidence/signing';
import { frameworksBy, keptDataOf } from '@evidence/verdicts';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { archive } from '../../packages/frameworks/src/archive.js';
import { readData } from '../../packages/frameworks/src/load.js';
import { makeArtifact } from '../../packages/rendering/src/make-artifact.js';
import { dayOf, recordedFinding, recordedScan } from '../../packages/scope/src/recorded-evidence.js';
import { resolveScope } from '../../packages/scope/test/resolved.js';
import { type Past, pastAfter, regenerationOf } from '../../services/gateway/src/core/reports/regeneration.js';
import { MapReport } from '../../services/mapping/src/shell/map-report.js';

const AT = '2026-05-22T10:34:00.000Z';
const tenant = 'acme';
const asked: ReportRequested = {
  ...exampleOf('ReportRequested'),
  tenant,
  frameworks: [
    { framework: 'OWASP_LLM', edition: '2025' },
    { framework: 'NIST_AI_600_1', edition: '1.0' },
  ],
  scope: { endpointIds: [], includeSeverities: [] },
  format: 'json',
};

/** The data of a later release: without the crosswalk from OWASP to NIST, and with another title. */
const current = readData();
const later = {
  ...current,
  version: '2027-01-15',
  pairs: current.pairs.filter(({ refA, refB }) => !`${refA} ${refB}`.includes('NIST_AI_600_1')),
  catalogs: current.catalogs.map((each) => ({
    ...each,
    controls: each.controls.map((control) => ({ ...control, title: `${control.title} (revised)` })),
  })),
};

async function openSystem() {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-regenerated-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const developmentFolder = join(folder, 'keys');
  await ensureDevelopmentAuthority({ folder: developmentFolder, now: new Date(AT) });
  const now = () => new Date(AT);
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  const artifacts = await openArtifactFolder({ folder: join(folder, 'artifacts') });
  const keys = await openSigningKeys({
    ...{ keysFile: undefined, keyFile: undefined, certificateFile: undefined },
    developmentFolder,
    now: new Date(AT),
  });
  const lines = jsonLinesOf(scopeLinesOf(canonicalJson(scope)));
  const snapshot = await artifacts.write(tenant, SCOPE_MEDIA_TYPE, lines);
  const archived = join(folder, 'archive');
  archive(current, archived);
  archive(later, archived);
  const kept = openArchive(archived);
  let made = 0;
  const id = () => `00000000-0000-4000-8000-${(++made).toString().padStart(12, '0')}`;
  const { eventId: _, schema: __, ...provenance } = exampleMetadata();

  /** Makes the report in a release that has this data, and returns the digest of its content. */
  async function make(request: ReportRequested, installed: Frameworks): Promise<string | undefined> {
    const { reportId } = request;
    const stream = streamOf.report(reportId);
    const past: ReportEvent[] = [
      { type: 'ReportRequested', data: request },
      { type: 'ReportStarted', data: { ...exampleOf('ReportStarted'), reportId } },
      {
        type: 'ReportScoped',
        data: {
          ...{ reportId, scopedAt: AT, dataAsOf: { position: '42', at: AT }, snapshot },
          counts: { ...scope.counts, scans: scope.scans.length },
        },
      },
    ];
    const events = past.map((event) => envelop(id(), event, { ...provenance, tenant }));
    await store.append(stream, 'no_stream', events);
    const mapReport = new MapReport({
      ...{ store, artifacts, rules: { installed, archive: kept } },
      ...{ tell: () => undefined, retell: async () => undefined, now },
    });
    await mapReport.handle({ reportId, tenant, eventId: id() });
    const { life } = await readReport(store, reportId);
    if (life.phase !== 'mapped') throw new Error(`The report is ${life.phase}.`);
    return (await makeArtifact({ artifacts, keys, publicUrl: 'https://evidence.example' }, life)).contentSha256;
  }

  /** The request that the gateway of a release with this data records if the report is regenerated. */
  async function again(expiredId: string, reportId: string, installed: Frameworks): Promise<ReportRequested> {
    let past: Past = {};
    for await (const { type, data } of store.readStream(streamOf.report(expiredId)))
      past = pastAfter(past, { type, data } as ReportEvent);
    const identity = { reportId, requestedAt: AT, requestedBy: asked.requestedBy, deadlineSeconds: 900 };
    return regenerationOf(past, identity, (pinned) => void keptDataOf(pinned, { installed, archive: kept }));
  }
  return { make, again, kept };
}

let scope: ReturnType<typeof resolveScope>;
beforeAll(async () => {
  const file = fileURLToPath(new URL('../../deploy/local/samples/support-chat.report.jsonl', import.meta.url));
  const about = { format: 'garak', tenant, endpointId: 'ep_support_chat', importedAt: AT } as const;
  await using imported = await importScan(createReadStream(file), { ...about, frameworks: loadFrameworks() });
  const findings = [];
  for await (const event of imported.findings) {
    const sightings = { firstSeenAt: event.discoveredAt, lastSeenAt: event.discoveredAt, observations: 1 };
    findings.push({ recorded: recordedFinding(event), sightings, status: 'open' as const });
  }
  const scans = [{ scan: recordedScan(imported.scan), isSuperseded: false }];
  const tallies = findings.map(({ recorded: { endpointId, severity, discoveredAt } }) => ({
    ...{ endpointId, severity, day: dayOf(discoveredAt), findings: 1 },
  }));
  scope = resolveScope({ tenant, scope: asked.scope, tallies, findings, scans, openElsewhen: [], unreadableEvents: 0 });
});

const reportId = (n: number) => `rpt_2026_${n.toString().padStart(26, 'a')}`;

test('a report that is regenerated after the catalogs and the crosswalk changed has the same content', async () => {
  const { make, again } = await openSystem();
  const [before, after] = [loadFrameworks(), frameworksOf(later)];
  const first = await make({ ...asked, reportId: reportId(2) }, before);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await make({ ...asked, reportId: reportId(3) }, after)).not.toBe(first);
  expect(await make(await again(reportId(2), reportId(4), after), after)).toBe(first);
  // A report of the later release, regenerated after a return to the former one; and a regenerated report can be regenerated.
  const other = await make({ ...asked, reportId: reportId(5) }, after);
  expect(await make(await again(reportId(5), reportId(6), before), before)).toBe(other);
  expect(await make(await again(reportId(4), reportId(7), after), after)).toBe(first);
});

test('without the archived data, regenerating is refused, by the gateway and by mapping', async () => {
  const { make, again, kept } = await openSystem();
  const [before, after] = [loadFrameworks(), frameworksOf(later)];
  await make({ ...asked, reportId: reportId(2) }, before);
  const { regenerates } = await again(reportId(2), reportId(3), after);
  const empty = { ...kept, digests: () => [] };
  const rules = regenerates!.rules;
  expect(() => frameworksBy(rules, { installed: after, archive: empty })).toThrow(/does not keep/);
  expect(() => frameworksBy(rules, { installed: before, archive: empty })).not.toThrow();
});
