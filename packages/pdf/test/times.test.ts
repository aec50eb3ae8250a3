import { expect, it } from 'vitest';
import { decidedAt } from '../src/standard/sentences/record.js';
import { started } from '../src/standard/sentences/sightings.js';
import { sampleReport } from './sample-report.js';

const at = '2026-05-10T09:15:00.000Z';

it('a start says if its file states no time zone', () => {
  expect(started({ started_at: at })).toBe('2026-05-10 09:15:00 UTC');
  expect(started({ started_at: at, zone_not_stated: true })).toBe(
    '2026-05-10 09:15:00 UTC (the file states no time zone; read as UTC)',
  );
  expect(started({ started_at: null, imported_at: at })).toBe('time not stated (imported 2026-05-10 09:15:00 UTC)');
});

it('a finding closed in a file has the time of its scan or of its import, and says which', () => {
  const [disposition] = sampleReport({ findings: 1 }).dispositions;
  if (!disposition) throw new Error('The sample has none.');
  const { kind: _, ...decided } = { ...disposition, decided_at: at };
  expect(decidedAt(decided)).toBe('2026-05-10 09:15:00 UTC');
  expect(decidedAt({ ...decided, kind: 'inSource' })).toBe('in the scan of 2026-05-10 09:15:00 UTC');
  expect(decidedAt({ ...decided, kind: 'inSource', decided_at_import: true })).toBe(
    'time not stated (imported 2026-05-10 09:15:00 UTC)',
  );
});
