import { createLogger } from '@evidence/runtime';
import { expect, test } from 'vitest';
import type { StandingReport } from '../../src/ports.js';
import { Watchdog } from '../../src/shell/watchdog.js';

const report: StandingReport = { reportId: 'rpt_1', type: 'ReportScoped', sinceMs: 0, untilMs: 900_000 };

test("sends a report's message once, skips it for a while, and sends it again", async () => {
  let at = 60_000;
  const told: string[] = [];
  const watchdog = new Watchdog({
    duties: { standing: (_since, _limit, skipped) => (skipped.includes('rpt_1') ? [] : [report]) },
    bus: { pending: async () => ({ mapping: 0 }), redrive: async (reportId) => void told.push(reportId) },
    now: () => new Date(at),
    logger: createLogger('expiry', { level: 'silent' }),
  });
  await watchdog.work();
  await watchdog.work();
  expect(told).toEqual(['rpt_1']);
  at += 5 * 60_000;
  await watchdog.work();
  expect(told).toEqual(['rpt_1', 'rpt_1']);
});

test('an unavailable bus is tried again in the next round, and is not used if no report is stalled', async () => {
  let standing: readonly StandingReport[] = [];
  let asked = 0;
  const pending = async () => {
    asked += 1;
    throw new Error('away');
  };
  const watchdog = new Watchdog({
    duties: { standing: () => standing },
    bus: { pending, redrive: async () => {} },
    now: () => new Date(60_000),
    logger: createLogger('expiry', { level: 'silent' }),
  });
  await watchdog.work();
  expect(asked).toBe(0);
  standing = [report];
  await expect(watchdog.work()).rejects.toThrow('away');
  await expect(watchdog.work()).rejects.toThrow('away');
  expect(asked).toBe(2);
});

test('reports whose message cannot be sent delay no others, now or in the next round', async () => {
  const names = ['rpt_bad_1', 'rpt_bad_2', 'rpt_good_1', 'rpt_bad_3', 'rpt_bad_4', 'rpt_good_2'];
  const told: string[] = [];
  const tried: string[] = [];
  const watchdog = new Watchdog({
    duties: {
      standing: (_since, _limit, skipped) =>
        names.filter((name) => !skipped.includes(name)).map((reportId) => ({ ...report, reportId })),
    },
    bus: {
      pending: async () => ({ mapping: 0 }),
      async redrive(reportId) {
        tried.push(reportId);
        if (reportId.includes('bad')) throw new Error('cannot be sent');
        told.push(reportId);
      },
    },
    now: () => new Date(60_000),
    logger: createLogger('expiry', { level: 'silent' }),
  });
  await expect(watchdog.work()).rejects.toThrow('could not be sent again: 3.');
  expect(told).toEqual(['rpt_good_1']);
  await expect(watchdog.work()).rejects.toThrow('could not be sent again: 1.');
  expect(told).toEqual(['rpt_good_1', 'rpt_good_2']);
  expect(tried).toEqual(names);
});
