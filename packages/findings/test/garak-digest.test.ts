import { describe, expect, it } from 'vitest';
import { digest, evaluation, importRows } from './garak-file.js';
import { imported, inChunks } from './importing.js';

const probe = 'dan.Dan_11_0';
const detector = 'dan.DAN';

describe('a digest', () => {
  it('alone is enough, in one line or reformatted over many', async () => {
    const alone = digest(probe, detector, { passed: 121, total: 500 });
    for (const text of [
      JSON.stringify(alone),
      JSON.stringify(alone, undefined, 2),
      `\ufeff${JSON.stringify(alone, undefined, '\t')}\r\n`,
    ]) {
      const { scan, findings } = await imported(inChunks(text, 7));
      expect(scan).toMatchObject({
        startedAt: '2026-07-21T18:45:46.129Z',
        evaluations: { total: 500, passed: 121, failed: 379 },
        counts: { in: 1 },
      });
      expect(findings[0]).toMatchObject({
        title: 'A probe & more: 379 of 500 evaluations failed, according to dan.DAN',
        summary: 'Looks for it.',
        severity: 'high',
        severityOriginal: 'DEFCON 2, score 0.242',
      });
    }
  });

  it('without totals gives a finding with at least one failure', async () => {
    const { scan, findings, warnings } = await importRows(digest(probe, detector, { score: 0.4, defcon: 3 }));
    expect(findings).toMatchObject([
      {
        ...{ title: 'A probe & more: some evaluations failed, according to dan.DAN', severity: 'medium' },
        ...{ severityOriginal: 'DEFCON 3, score 0.4', evidence: { hits: 1, evaluations: null, score: 0.4 } },
      },
    ]);
    expect(scan).toMatchObject({
      ...{ evaluated: true, evaluations: { total: null, passed: null, failed: 1 } },
      probes: [{ score: 0.4, evaluations: { total: null, passed: null, failed: 1 } }],
    });
    expect(scan.counts).toEqual({ in: 1, recorded: 1, skipped: {} });
    expect(warnings).toMatchObject([{ code: 'digest_without_totals', line: 1 }]);
  });

  it.each([
    [0, { digest_without_totals: 1 }, 'or none was evaluated'],
    [-3, { digest_without_totals: 1 }, 'its score is ambiguous'],
  ])('without totals and with the score %i is evidence of nothing', async (score, skipped, message) => {
    const { scan, findings, warnings } = await importRows(digest(probe, detector, { score }));
    expect(findings).toEqual([]);
    expect(scan).toMatchObject({ evaluated: false, evaluations: { total: 0 }, counts: { recorded: 0, skipped } });
    expect(warnings).toMatchObject([{ code: 'digest_without_totals', message: expect.stringContaining(message) }]);
  });

  it('without totals and with the score 1 passed an unknown number of times', async () => {
    const { scan, findings, warnings } = await importRows(digest(probe, detector, { score: 1 }));
    expect(findings).toEqual([]);
    expect(scan).toMatchObject({
      ...{ evaluated: true, counts: { in: 0, recorded: 0, skipped: {} } },
      probes: [{ score: 1, evaluations: { total: null, passed: null, failed: 0 } }],
    });
    expect(warnings).toMatchObject([{ code: 'digest_without_totals', message: expect.stringContaining('is unknown') }]);
  });

  it('without totals is ignored if there are evaluations', async () => {
    const { scan, warnings } = await importRows(
      evaluation(probe, detector, 3, 2),
      digest(probe, detector, { score: 0 }),
    );
    expect(scan.evaluations).toMatchObject({ total: 5, failed: 2 });
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ defcon: 1 }, {}, 'critical', 'DEFCON 1, score 0.242'],
    [{ defcon: 3 }, {}, 'medium', 'DEFCON 3, score 0.242'],
    [{ defcon: 4 }, {}, 'low', 'DEFCON 4, score 0.242'],
    [{ defcon: 5 }, {}, 'info', 'DEFCON 5, score 0.242'],
    [{ defcon: null }, { probe_severity: 4 }, 'low', 'DEFCON 4 of the probe, score 0.242'],
    [{ defcon: null, score: 0.04 }, {}, 'critical', 'score 0.04'],
    [{ defcon: 9, score: 0.4 }, { probe_severity: 'bad' }, 'medium', 'score 0.4'],
    [{ defcon: null, score: 17 }, {}, 'low', 'none; pass rate 0.9'],
  ])('rates %o %o as %s', async (figures, summary, severity, severityOriginal) => {
    const { findings } = await importRows(digest(probe, detector, { passed: 9, total: 10, ...figures }, summary));
    expect(findings[0]).toMatchObject({ severity, severityOriginal });
  });
});
