import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Basis,
  type EvidenceReport,
  envelop,
  type FindingRecorded,
  type FindingStatus,
  type Severity,
  streamOf,
} from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId, type NewEvent } from '@evidence/event-store';
import { type EventLog, type LogEvent, openEventLog } from '@evidence/event-store/log';
import { loadFrameworks } from '@evidence/frameworks/load';
import { startStack, type TempFolder, type TestStack, tempFolder, tool } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './client.js';

const run = promisify(execFile);
const TENANT = 'acme';
const FINDINGS_PER_APPEND = 250;
/** So that the store writes while the next ones are validated here. */
const APPENDS_AT_ONCE = 4;
const SIZES = { few: 15, many: 1_768, most: 50_000 };
const FROM = '2026-09-01';
const SEVERITIES: Severity[] = ['critical', 'high', 'medium'];
const FRAMEWORKS = ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'];
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const frameworks = loadFrameworks();

let stack: TestStack;
let store: EventLog;
let client: Client;
let folder: TempFolder;
/** All cases are recorded and the log is read once, before the first of them. */
let recorded: FindingEvent[];

beforeAll(async () => {
  stack = await startStack({ env: { RATE_LIMIT_REPORTS_PER_MINUTE: '0' } });
  store = openEventLog(stack.openStoreUrl, () => new Date());
  client = new Client(stack.url, stack.token);
  folder = await tempFolder();
  for (const size of Object.values(SIZES)) await record(size);
  recorded = await findingEvents();
}, 300_000);

afterAll(async () => {
  await store?.close();
  await stack?.dispose();
  await folder?.remove();
});

const REFS = ['OWASP_LLM01', 'OWASP_LLM02', 'OWASP_LLM06', 'OWASP_AGENTIC_ASI02', 'MITRE_ATLAS_AML_T0051'];

/** One of each kind that a scope leaves out, beside those that it takes in. */
const LEFT_OUT: Partial<FindingRecorded>[] = [
  { severity: 'low' },
  { discoveredAt: '2026-08-31T23:59:59.999Z' },
  { endpointId: 'ep_elsewhere' },
  { status: 'accepted' },
];

/** A scan of `ep_<size>` with so many findings in scope, and a few that are not. */
async function record(size: number): Promise<void> {
  const scanId = `scn_${size}`;
  const scan = { ...exampleOf('ScanRecorded'), scanId, tenant: TENANT, endpointId: `ep_${size}` };
  const findings = Array.from(
    { length: size + LEFT_OUT.length },
    (_, index): FindingRecorded => ({
      ...exampleOf('FindingRecorded'),
      ...{
        scanId,
        tenant: TENANT,
        endpointId: `ep_${size}`,
        discoveredAt: `2026-10-0${1 + (index % 9)}T08:00:00.000Z`,
      },
      findingId: `fnd_${size}_${index.toString(36).padStart(5, '0')}`,
      severity: SEVERITIES[index % 3] ?? 'high',
      refs: [index % 5, (index * 3 + 1) % 5]
        .filter((at, place, all) => all.indexOf(at) === place)
        .map((at) => ({ ref: REFS[at] ?? '', native: REFS[at] ?? '', source: 'test' })),
      ...LEFT_OUT[index - size],
    }),
  );
  const events: NewEvent[] = [
    envelop(derivedEventId(scanId, 'ScanRecorded'), { type: 'ScanRecorded', data: scan }, provenance),
    ...findings.map((data) =>
      envelop(derivedEventId(data.findingId, 'FindingRecorded'), { type: 'FindingRecorded', data }, provenance),
    ),
  ];
  let next = 0;
  const append = async () => {
    while (next < events.length) {
      const start = next;
      next += FINDINGS_PER_APPEND;
      await store.append(streamOf.scan(scanId), 'any', events.slice(start, start + FINDINGS_PER_APPEND));
    }
  };
  await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, append));
  const [closed, reopened] = findings.map(({ findingId }) => findingId);
  await decide(closed ?? '', 'fixed');
  await decide(reopened ?? '', 'accepted');
  await decide(reopened ?? '', 'triaged');
}

async function decide(findingId: string, to: FindingStatus): Promise<void> {
  const data = { ...exampleOf('FindingStatusChanged'), tenant: TENANT, findingId, to };
  const id = derivedEventId(findingId, to);
  await store.append(streamOf.finding(findingId), 'any', [
    envelop(id, { type: 'FindingStatusChanged', data }, provenance),
  ]);
}

type FindingEvent = Extract<LogEvent, { readonly type: 'FindingRecorded' | 'FindingStatusChanged' }>;

async function findingEvents(): Promise<FindingEvent[]> {
  const events: FindingEvent[] = [];
  for await (const event of store.readAll({ filter: { types: ['FindingRecorded', 'FindingStatusChanged'] } }))
    if (event.type === 'FindingRecorded' || event.type === 'FindingStatusChanged') events.push(event);
  return events;
}

/** The scope's rule said again, over the events of the log up to the report's own position. */
function idsFromEvents(endpointId: string, upTo: bigint): { ids: string[]; considered: number } {
  const found = new Map<string, FindingRecorded>();
  const statuses = new Map<string, FindingStatus>();
  for (const { type, data, position } of recorded) {
    if (position > upTo || data.tenant !== TENANT) continue;
    if (type === 'FindingRecorded') found.set(data.findingId, data);
    else statuses.set(data.findingId, data.to);
  }
  const inScope = [...found.values()].filter(
    (finding) =>
      finding.endpointId === endpointId &&
      finding.discoveredAt >= FROM &&
      SEVERITIES.includes(finding.severity) &&
      ['open', 'triaged'].includes(statuses.get(finding.findingId) ?? finding.status),
  );
  return { ids: inScope.map(({ findingId }) => findingId).sort(), considered: found.size };
}

interface Asked {
  readonly size: number;
  /** The weakest basis that is accepted. */
  readonly mapping: Basis;
  readonly timeoutMs: number;
}

async function download({ size, mapping, timeoutMs }: Asked, format: 'json' | 'pdf'): Promise<Buffer> {
  const scope = { endpoint_ids: [`ep_${size}`], from: FROM, include_severities: SEVERITIES };
  const { body } = await client.create({ title: `Receipt ${size}`, frameworks: FRAMEWORKS, scope, format, mapping });
  await client.ready(body.id, timeoutMs);
  return readFile(join(folder.path, await client.download(body.id, folder.path)));
}

/** Every total that the artifact states, counted again from its own rows. */
function expectTotals(artifact: EvidenceReport): void {
  const { findings, summary, receipt } = artifact;
  expect(summary.total_open).toBe(findings.length);
  for (const severity of SEVERITIES)
    expect(summary[severity]).toBe(findings.filter((finding) => finding.severity === severity).length);
  expect(receipt.included).toBe(findings.length);
  expect(receipt.considered).toBe(receipt.included + Object.values(receipt.excluded).reduce((sum, n) => sum + n, 0));
  const findingsByRef = new Map<string, number>();
  const overlaps = new Map<string, number>();
  for (const { framework_refs: refs } of findings) {
    for (const a of refs) {
      findingsByRef.set(a, (findingsByRef.get(a) ?? 0) + 1);
      for (const b of refs) overlaps.set(`${a} ${b}`, (overlaps.get(`${a} ${b}`) ?? 0) + 1);
    }
  }
  for (const { ref, finding_count } of artifact.coverage.flatMap(({ controls }) => controls))
    expect([ref, finding_count]).toEqual([ref, findingsByRef.get(ref) ?? 0]);
  for (const { ref_a, ref_b, finding_count } of artifact.cross_framework_overlaps)
    expect([ref_a, ref_b, finding_count]).toEqual([ref_a, ref_b, overlaps.get(`${ref_a} ${ref_b}`)]);
  const place = (ref: string) => FRAMEWORKS.indexOf(frameworks.frameworkOf(ref) ?? '');
  const controls = new Set(artifact.coverage.flatMap((each) => each.controls.map(({ ref }) => ref)));
  const pairs = [...overlaps.keys()]
    .map((key) => key.split(' '))
    // Entries that get no verdict, such as NIST's categories, count towards no overlap.
    .filter((refs) => refs.every((ref) => controls.has(ref)))
    .map((refs) => refs.map(place))
    .filter(([a = 0, b = 0]) => a < b);
  expect(artifact.cross_framework_overlaps).toHaveLength(pairs.length);
}

/** In two halves, side by side: at 5,000 pages one takes as long as the layout. */
async function textOf(pdf: Buffer, size: number): Promise<string> {
  const file = join(folder.path, `${size}.pdf`);
  await writeFile(file, pdf);
  const { stdout: pages } = await run('mutool', ['show', file, 'trailer/Root/Pages/Count']);
  const half = Math.ceil(Number(pages) / 2);
  const texts = [`1-${half}`, `${half + 1}-N`].map(async (part) => {
    const text = join(folder.path, `${size}.${part}.txt`);
    await run('mutool', ['draw', '-q', '-F', 'text', '-o', text, file, part]);
    return readFile(text, 'utf8');
  });
  return (await Promise.all(texts)).join('');
}

// Thirty refs a finding, as all six frameworks have with derived pairs, would be an artifact of 300 MB at 50,000 findings: asked for is less.
test.for<Asked>([
  { size: SIZES.few, mapping: 'derived', timeoutMs: 60_000 },
  { size: SIZES.many, mapping: 'derived', timeoutMs: 180_000 },
  { size: SIZES.most, mapping: 'direct', timeoutMs: 400_000 },
])(
  'at $size findings, the ids in the artifact are those in the events',
  { timeout: 1_200_000 },
  async (asked, context) => {
    const { size } = asked;
    const [json, pdf] = await Promise.all([download(asked, 'json'), download(asked, 'pdf')]);
    const artifact = JSON.parse(json.toString('utf8')) as EvidenceReport;
    const events = idsFromEvents(`ep_${size}`, BigInt(artifact.data_as_of.position));
    expect(artifact.findings.map(({ id }) => id).sort()).toEqual(events.ids);
    expect(events.ids).toHaveLength(size - 1);
    expect(artifact.receipt.considered).toBe(events.considered);
    expect(artifact.receipt.excluded).toMatchObject({
      ...{ severity_not_included: 1, before_from: 1, status_fixed: 1, status_accepted: 1 },
    });
    expectTotals(artifact);

    // Of poppler and MuPDF the second: at 5,000 pages it reads the text in an eighth of the time.
    if (!(await tool('mutool')))
      context.skip('mutool (mupdf-tools) is not installed, so the text of the PDF was not read');
    const inked = (await textOf(pdf, size)).replaceAll(/\s/g, '');
    const printed = new Set(inked.match(new RegExp(`fnd_${size}_[0-9a-z]{5}`, 'g')));
    const closed = artifact.dispositions.map(({ finding_id }) => finding_id);
    expect([...printed].filter((id) => !closed.includes(id)).sort()).toEqual(events.ids);
  },
);
