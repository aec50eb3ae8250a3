import { type FindingRecorded, type Provenance } from '@evidence/contracts';
import { EventStoreError } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportedScan } from '../src/index.js';
import { importScan } from '../src/parse/index.js';
import { Spool } from '../src/parse/spool.js';
import { recordScan } from '../src/record/index.js';
import { digest, evaluation, init } from './garak-file.js';
import { asLines, inChunks, options } from './importing.js';

const FINDINGS = 600;
const rows = Array.from({ length: FINDINGS }, (_, index) => evaluation(`p.P${index}`, 'd.D', 1, 1));
const provenance: Provenance = {
  tenant: 'acme',
  correlationId: 'import_1',
  causationId: 'import_1',
  occurredAt: '2026-11-23T10:00:00.000Z',
  actor: 'operator:root',
};

let store: EventLog;
let imported: ImportedScan;

beforeEach(async () => {
  const engine = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00.000Z') });
  store = eventLogOver(engine);
  imported = await importScan(inChunks(asLines(init, '{', ...rows)), options);
});
afterEach(() => store.close());

const recorded = async () => {
  const types: string[] = [];
  for await (const event of store.readStream(`scan-${imported.scan.scanId}`)) types.push(event.type);
  return {
    scans: types.filter((type) => type === 'ScanRecorded').length,
    findings: types.filter((type) => type === 'FindingRecorded').length,
    first: types[0],
  };
};

/** Dies, or is overtaken, right after append number `after`. */
const interrupting = (after: number, interrupt: () => Promise<void>): EventLog => {
  let appends = 0;
  return {
    ...store,
    append: async (...append) => {
      if (appends++ === after) await interrupt();
      return store.append(...append);
    },
  };
};

it('a file that was imported without an edition says so when it is imported with one, and how to correct its refs', async () => {
  const custom = asLines(init, digest('own.Probe', 'own.D', { passed: 1, total: 2 }, { probe_tags: ['owasp:llm04'] }));
  const record = async (more: object = {}) => {
    await using scan = await importScan(inChunks(custom), { ...options, ...more });
    return recordScan({ store, imported: scan, provenance });
  };
  expect((await record()).discrepancies).toEqual([]);
  expect((await record()).discrepancies, 'the same again').toEqual([]);
  const { counts, discrepancies } = await record({ owaspLlmEdition: '2025' });
  expect(counts).toMatchObject({ recorded: 0, skipped: { already_recorded: 1 } });
  expect(discrepancies).toEqual([
    { subject: expect.stringContaining('state the edition when you import the next scan'), stated: 1, counted: 0 },
  ]);
});

describe('recording a scan', () => {
  it('appends the scan first, then its findings, and accounts for every row', async () => {
    const result = await recordScan({ store, imported, provenance });
    expect(result).toMatchObject({
      scanId: imported.scan.scanId,
      format: 'garak',
      counts: { in: FINDINGS + 1, recorded: FINDINGS, skipped: { not_json: 1 } },
      evaluations: { total: 2 * FINDINGS, passed: FINDINGS, failed: FINDINGS },
      discrepancies: [],
    });
    expect(await recorded()).toEqual({ scans: 1, findings: FINDINGS, first: 'ScanRecorded' });
  });

  it('a second time records nothing and skips everything', async () => {
    await recordScan({ store, imported, provenance });
    const again = await recordScan({ store, imported, provenance });
    expect(again.counts).toEqual({
      in: FINDINGS + 1,
      recorded: 0,
      observed: 0,
      skipped: { not_json: 1, already_recorded: FINDINGS },
    });
    expect(await recorded()).toEqual({ scans: 1, findings: FINDINGS, first: 'ScanRecorded' });
  });

  it.each([0, 1, 2])('that died after %i appends is finished by the next import', async (after) => {
    const dying = interrupting(after, () => Promise.reject(new EventStoreError('unavailable', 'The store is gone.')));
    await expect(recordScan({ store: dying, imported, provenance })).rejects.toMatchObject({ code: 'unavailable' });
    const before = (await recorded()).findings;
    const { counts } = await recordScan({ store, imported, provenance });
    expect(counts.recorded).toBe(FINDINGS - before);
    expect(counts.recorded + (counts.skipped.already_recorded ?? 0)).toBe(FINDINGS);
    expect(await recorded()).toEqual({ scans: 1, findings: FINDINGS, first: 'ScanRecorded' });
  });

  it('while another import of the same file overtakes it records nothing twice', async () => {
    const overtaken = interrupting(1, async () => {
      await recordScan({ store, imported, provenance });
    });
    await recordScan({ store: overtaken, imported, provenance });
    expect(await recorded()).toEqual({ scans: 1, findings: FINDINGS, first: 'ScanRecorded' });
  });

  it('adds only new findings if another version found others, in another order', async () => {
    await recordScan({ store, imported, provenance });
    const findings: FindingRecorded[] = [];
    for await (const finding of imported.findings) findings.unshift(finding);
    const [first] = findings;
    if (!first) throw new Error('there are findings');
    findings.splice(300, 0, { ...first, findingId: 'fnd_new' });
    const scan = { ...imported.scan, counts: { in: FINDINGS + 2, recorded: FINDINGS + 1, skipped: { not_json: 1 } } };
    await using turned = new Spool<FindingRecorded>();
    for (const finding of findings) await turned.add(finding);
    const other = { ...imported, scan, findings: turned };
    const { counts } = await recordScan({ store, imported: other, provenance });
    expect(counts).toEqual({
      in: FINDINGS + 2,
      recorded: 1,
      observed: 0,
      skipped: { not_json: 1, already_recorded: FINDINGS },
    });
    expect(await recorded()).toEqual({ scans: 1, findings: FINDINGS + 1, first: 'ScanRecorded' });
  });

  it('without findings records the scan', async () => {
    imported = await importScan(inChunks(asLines(init, evaluation('p.P', 'd.D', 2, 0))), options);
    const { counts, evaluations } = await recordScan({ store, imported, provenance });
    expect(counts).toEqual({ in: 0, recorded: 0, observed: 0, skipped: {} });
    expect(evaluations).toEqual({ total: 2, passed: 2, failed: 0 });
    expect(await recorded()).toEqual({ scans: 1, findings: 0, first: 'ScanRecorded' });
  });
});
