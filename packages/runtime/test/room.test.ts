import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { DiskWatch, readConfig, roomVariables, shortageInWords } from '../src/index.js';

function watching(free: Record<string, number | undefined>, watermarkBytes: number) {
  let nowMs = 0;
  let asked = 0;
  const disk = new DiskWatch({
    folders: { data: '/data', events: '/events', none: '/none' },
    watermarkBytes,
    freeBytes: async (folder) => {
      asked += 1;
      return free[folder];
    },
    clockMs: () => nowMs,
  });
  return { disk, passMs: (ms: number) => (nowMs += ms), asked: () => asked };
}

test('the fullest disk below the watermark is reported, one exactly at it is not, and missing folders are ignored', async () => {
  const free: Record<string, number> = { '/data': 100, '/events': 99 };
  const { disk, passMs } = watching(free, 100);
  expect(await disk.shortage()).toEqual({ name: 'events', freeBytes: 99, watermarkBytes: 100 });
  expect([...(await disk.free()).keys()]).toEqual(['data', 'events']);
  free['/data'] = 5;
  passMs(1_000);
  const shortage = await disk.shortage();
  expect(shortage).toMatchObject({ name: 'data', freeBytes: 5 });
  expect(shortage && shortageInWords(shortage)).toContain('The disk of data has only 5 bytes free, and 100');
  Object.assign(free, { '/data': 100, '/events': 100 });
  passMs(1_000);
  expect(await disk.shortage()).toBeUndefined();
});

test('the file system is asked once a second, and never if no space is reserved', async () => {
  const { disk, passMs, asked } = watching({ '/data': 1 }, 2);
  for (let n = 0; n < 5; n++) await disk.shortage();
  passMs(999);
  await disk.shortage();
  expect(asked()).toBe(3);
  passMs(1);
  await disk.shortage();
  expect(asked()).toBe(6);
  const off = watching({ '/data': 0 }, 0);
  expect([await off.disk.shortage(), off.asked()]).toEqual([undefined, 0]);
});

test('the file system reports the free space', async () => {
  const disk = new DiskWatch({ folders: { temporary: tmpdir(), none: '/no/such/folder' }, watermarkBytes: 2 ** 60 });
  expect(await disk.shortage()).toMatchObject({ name: 'temporary', freeBytes: expect.any(Number) });
  expect((await disk.free()).size).toBe(1);
});

test('quotas and the watermark have defaults, and each can be turned off', () => {
  expect(readConfig({}, roomVariables)).toEqual({
    quotaFindings: 10_000_000,
    quotaArtifactBytes: 100 * 1024 ** 3,
    quotaQueuedReports: 1_000,
    diskWatermarkBytes: 1024 ** 3,
  });
  expect(readConfig({ DISK_WATERMARK_BYTES: '0' }, roomVariables).diskWatermarkBytes).toBe(0);
  expect(() => readConfig({ QUOTA_FINDINGS: '1e3' }, roomVariables)).toThrow('QUOTA_FINDINGS');
});
