import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamOf } from '@evidence/contracts';
import { announceSystem } from '@evidence/runtime/running-system';
import { tempFolder } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';
import { storeUnderTest } from './store-under-test.js';

const { read, env } = storeUnderTest();

const scanOf = (run: string, findings: number): string =>
  [
    { entry_type: 'init', garak_version: '0.14.0', start_time: '2026-05-01T08:00:00', run },
    ...Array.from({ length: findings }, (_, n) => ({
      ...{ entry_type: 'eval', probe: `p.P${run}${n}`, detector: 'd.D', passed: 0, fails: 1, total_evaluated: 1 },
    })),
    { entry_type: 'completion' },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

async function importing(content: string, more: NodeJS.ProcessEnv = {}) {
  await using folder = await tempFolder();
  const file = join(folder.path, 'scan.report.jsonl');
  await writeFile(file, content);
  return await evidence(['import', file, '--tenant', 'acme', '--endpoint', 'ep_chat'], { ...env, ...more });
}

/** Each command is a process. */
const timeout = 120_000;

test('quotas are set, shown and reset, and an import that exceeds one is refused with a sentence', {
  timeout,
}, async () => {
  const set = (...words: string[]) => evidence(['quotas', 'set', '--tenant', 'acme', ...words], env);
  const shown = async () => documentsOf(await evidence(['quotas', 'show', '--tenant', 'acme', '--json'], env))[0];
  expect(await shown()).toMatchObject({ findings: 10_000_000, queuedReports: 1_000, recordedFindings: 0 });
  expect(await set('--findings', 'many')).toMatchObject({ exitCode: 2 });
  expect((await set('--findings', '3', '--queued-reports', '0')).stdout).toContain('up to 3 findings');
  expect((await set('--findings', '3')).stdout).toContain('Unchanged');
  expect((await read(streamOf.tenant('acme'))).map(({ type }) => type)).toEqual(['QuotasSet']);

  expect(await importing(scanOf('a', 2))).toMatchObject({ exitCode: 0 });
  const refused = await importing(scanOf('b', 2));
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toContain(
    'Nothing was recorded: the scan has 2 findings, and acme has used 2 of its quota of 3.',
  );
  expect(await shown()).toMatchObject({ findings: 3, queuedReports: 0, recordedFindings: 2 });
  expect((await set('--findings', 'default')).exitCode).toBe(0);
  expect(await importing(scanOf('b', 2))).toMatchObject({ exitCode: 0 });
});

test('an import to a disk that is nearly full is refused with a sentence', { timeout }, async () => {
  await using folder = await tempFolder();
  const elsewhere = { ...env, EVENT_STORE_URL: '', DATA_DIR: folder.path, XDG_CACHE_HOME: folder.path };
  const system = { pid: process.pid, dataDir: folder.path, url: '', natsUrl: '' };
  await announceSystem({ ...system, eventStoreUrl: String(env.EVENT_STORE_URL) }, elsewhere);
  await mkdir(join(folder.path, 'events'));
  const scan = scanOf('c', 1);
  const refused = await importing(scan, { ...elsewhere, DISK_WATERMARK_BYTES: `${2 ** 49}` });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain(`The disk of ${join(folder.path, 'events')} has only `);
  expect(refused.stderr).toContain(` bytes free, and ${2 ** 49} must stay free`);
  expect(await importing(scan, { ...elsewhere, DISK_WATERMARK_BYTES: '1' })).toMatchObject({ exitCode: 0 });
});
