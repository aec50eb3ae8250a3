import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FindingRecorded, type ScanRecorded, streamOf } from '@evidence/contracts';
import type { LogEvent } from '@evidence/event-store/log';
import { tempFolder } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';
import { storeUnderTest } from './store-under-test.js';

const { read, env } = storeUnderTest();

const report = (run: string, day: number, fails: number): string =>
  [
    { entry_type: 'init', garak_version: '0.14.0', start_time: `2026-05-0${day}T08:00:00`, run },
    { entry_type: 'eval', probe: 'p.P', detector: 'd.D', passed: 5 - fails, fails, total_evaluated: 5 },
    { entry_type: 'completion' },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

async function importing(content: string, tenant: string, ...more: string[]) {
  await using folder = await tempFolder();
  const file = join(folder.path, 'scan.report.jsonl');
  await writeFile(file, content);
  return await evidence(['import', file, '--tenant', tenant, '--endpoint', 'ep_chat', ...more], env);
}

const scanIn = ({ stdout }: { stdout: string }): string => /scn_[a-z0-9]+/.exec(stdout)?.[0] ?? '';

/** Each command is a process. */
const timeout = 120_000;

test('the auto-resolve policy is set once, shown, applied to later scans, and reset', { timeout }, async () => {
  const tenant = 'resolver';
  const set = (scans: string) =>
    evidence(['auto-resolve', 'set', '--tenant', tenant, '--after-clean-scans', scans], env);
  const shown = async () => documentsOf(await evidence(['auto-resolve', 'show', '--tenant', tenant, '--json'], env))[0];
  expect(await shown()).toEqual({ tenant, afterCleanScans: null });
  for (const _ of [1, 2]) expect((await set('1')).exitCode).toBe(0);
  expect(await shown()).toEqual({ tenant, afterCleanScans: 1 });
  expect(await read(streamOf.tenant(tenant))).toHaveLength(1);

  const [, found] = await read(streamOf.scan(scanIn(await importing(report('r1', 1, 2), tenant))));
  const { findingId } = (found as LogEvent).data as FindingRecorded;
  const clean = scanIn(await importing(report('r2', 2, 0), tenant));
  expect(await read(streamOf.finding(findingId))).toMatchObject([
    { data: { from: 'open', to: 'fixed', rule: 'clean_scans', scanId: clean } },
  ]);
  const again = scanIn(await importing(report('r3', 3, 1), tenant));
  expect((await read(streamOf.scan(again))).map(({ type }) => type)).toEqual(['ScanRecorded', 'FindingObserved']);
  expect((await read(streamOf.finding(findingId))).at(-1)?.data).toMatchObject({ to: 'open', rule: 'seen_again' });

  expect((await set('0')).stdout).toContain('closed only by a decision');
  expect(await shown()).toEqual({ tenant, afterCleanScans: null });
  expect(await set('1001')).toMatchObject({ exitCode: 2 });
});

test('an import says what was seen before, that the target is not pinned, and that the file is a copy', {
  timeout,
}, async () => {
  const first = await importing(report('r1', 1, 2), 'copier');
  expect(first.stdout).toContain('Target not stated');
  expect(first.stdout).not.toContain('seen before');
  expect((await importing(report('r2', 2, 1), 'copier')).stdout).toContain('1 of them seen before');
  const copy = await importing(`${report('r2', 2, 1)}\n`, 'copier');
  expect(copy.stdout).toMatch(/Note: run r2 was imported before as a report \(scan scn_[a-z0-9]+\)/);
  expect(copy.stdout).toContain('1 same run');
});

test('an import takes the target from the command line', { timeout }, async () => {
  const sha256 = 'a'.repeat(64);
  const pins = ['--provider', 'openai', '--model', 'gpt-5', '--model-version', '1', '--tools-sha256', sha256];
  const pinned = await importing(report('r1', 1, 2), 'pinner', ...pins, '--system-prompt-sha256', sha256);
  expect(pinned.stdout).not.toContain('Target not stated');
  const [scan] = await read(streamOf.scan(scanIn(pinned)));
  const target = { provider: 'openai', model: 'gpt-5', modelVersion: '1' };
  const { targets } = (scan as LogEvent).data as ScanRecorded;
  expect(targets).toEqual([{ name: '', ...target, systemPromptSha256: sha256, toolsSha256: sha256 }]);
  for (const wrong of [
    ['--tools-sha256', 'abc'],
    ['--model', 'm'.repeat(129)],
  ])
    expect(await importing(report('r1', 1, 2), 'pinner', ...wrong)).toMatchObject({ exitCode: 2 });
});
