import { describe, expect, it } from 'vitest';
import { evaluation, importRows, init } from './garak-file.js';
import { asLines, imported, inChunks, options, refusalOf } from './importing.js';

// `options.importedAt` is 2026-11-23T10:00:00.000Z.
const finding = { title: 't', severity: 'high' };
const native = (header: object, row: object = {}) =>
  inChunks(asLines({ format: 'evidence-findings/v1', tool: { name: 't' }, ...header }, { ...finding, ...row }));

describe('a time after the import', () => {
  it.each([
    ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00.000Z'],
    ['2026-11-24T10:00:01Z', null],
    ['2030-01-01T00:00:00Z', null],
  ])('counts as not stated if it is more than a day ahead: %s', async (started_at, startedAt) => {
    const { scan, findings, warnings } = await imported(native({ started_at }), { format: 'native' });
    expect(scan.startedAt).toBe(startedAt);
    expect(findings[0]?.discoveredAt).toBe(startedAt ?? options.importedAt);
    expect(findings[0]?.timeNotStated).toBe(startedAt === null ? true : undefined);
    expect(warnings.map(({ code }) => code)).toEqual(startedAt === null ? ['time_after_import'] : []);
  });

  it('is replaced by the time that the caller of the import states, unless that is ahead as well', async () => {
    const ahead = { started_at: '2030-01-01T00:00:00Z' };
    const at = (startedAt: string) => imported(native(ahead), { format: 'native', startedAt });
    expect((await at('2026-11-20T00:00:00Z')).scan.startedAt).toBe('2026-11-20T00:00:00Z');
    const { scan, warnings } = await at('2031-01-01T00:00:00Z');
    expect(scan.startedAt).toBeNull();
    expect(warnings.map(({ code }) => code)).toEqual(['time_after_import', 'time_after_import']);
  });

  it('of a single finding is replaced by the time of its scan', async () => {
    const row = { discovered_at: '2030-01-01T00:00:00Z' };
    const { findings } = await imported(native({ started_at: '2026-11-20T08:00:00Z' }, row), { format: 'native' });
    expect(findings[0]).toMatchObject({ discoveredAt: '2026-11-20T08:00:00.000Z' });
    const undated = await imported(native({}, row), { format: 'native' });
    expect(undated.findings[0]).toMatchObject({ discoveredAt: options.importedAt, timeNotStated: true });
  });

  it('is a flaw of the file', async () => {
    const importing = imported(native({ started_at: '2030-01-01T00:00:00Z' }), { format: 'native', strict: true });
    expect(await refusalOf(importing)).toMatchObject({ code: 'not_flawless' });
  });
});

describe('a time without a zone', () => {
  it('is read as UTC, and the scan says so', async () => {
    const { scan, warnings } = await importRows(init, evaluation('dan.Dan_11_0', 'dan.DAN', 1, 0));
    expect(scan).toMatchObject({ startedAt: '2026-10-05T09:00:00.123Z', zoneNotStated: true });
    expect(warnings.map(({ code }) => code)).not.toContain('time_after_import');
  });

  it.each(['2026-10-05T09:00:00Z', '2026-10-05T11:00:00+02:00', '2026-10-05 11:00:00 +0200'])(
    'is not a time with a zone: %s',
    async (started_at) => {
      const { scan } = await imported(native({ started_at }), { format: 'native' });
      expect(scan.startedAt).toBe('2026-10-05T09:00:00.000Z');
      expect(scan).not.toHaveProperty('zoneNotStated');
    },
  );
});

it('a report of ours says when it was made, not when the scan ran', async () => {
  const row = { ...finding, id: 'f', discovered_at: null, evidence_excerpt_sha256: null, evaluations: null };
  const report = { generated_at: '2026-11-20T00:00:00Z', report_id: 'r', schema_version: 'v1', findings: [row] };
  const { scan, findings } = await imported(inChunks(JSON.stringify(report)), { format: 'native' });
  expect(scan).toMatchObject({ startedAt: null, counts: { in: 1, recorded: 1, skipped: {} } });
  expect(findings[0]).toMatchObject({ discoveredAt: options.importedAt, timeNotStated: true });
});
