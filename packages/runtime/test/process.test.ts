import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { describe, expect, it, onTestFinished } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'sample-process.mjs');

interface Sample {
  readonly child: ChildProcess;
  /** Settles when a line with this message is written; rejects when the process exits without it. */
  readonly said: (message: string) => Promise<void>;
  readonly ended: Promise<{ code: number | null; lines: string[]; stderr: string }>;
}

function start(how = '', env: NodeJS.ProcessEnv = {}): Sample {
  const child = fork(SCRIPT, [how], { silent: true, env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    child.emit('said');
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const lines = () => stdout.split('\n').filter(Boolean);
  const messages = () => lines().map((line) => JSON.parse(line).msg as string);
  const ended = new Promise<{ code: number | null; lines: string[]; stderr: string }>((resolve) => {
    // Not `close`, which never comes after we have disconnected (Node 24.21). The exit may be reported before the last output is read.
    child.once('exit', async (code) => {
      await Promise.all([child.stdout, child.stderr].map((output) => output && finished(output)));
      resolve({ code, lines: messages(), stderr });
    });
  });
  const said = (message: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stdout.endsWith('\n') && messages().includes(message) && resolve();
      child.on('said', look);
      child.once('exit', () => reject(new Error(`ended without "${message}": ${stdout}${stderr}`)));
      look();
    });
  return { child, said, ended };
}

describe('runProcess', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'logs ready, drains on %s in reverse order, and exits cleanly',
    async (signal) => {
      const { child, said, ended } = start();
      await said('ready');
      child.kill(signal);
      expect(await ended).toMatchObject({
        code: 0,
        lines: ['ready', 'draining', 'closed last-opened', 'closed first-opened', 'drained'],
        stderr: '',
      });
    },
  );

  it('has written its compiled code by the time it is ready, so that its exit does not wait for the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evidence-compiled-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const written = async () => (await readdir(folder, { recursive: true })).sort();
    const { child, said, ended } = start('', { NODE_COMPILE_CACHE: folder });
    await said('ready');
    const atReady = await written();
    expect(atReady.length).toBeGreaterThan(10);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await written()).toEqual(atReady);
  });

  it('drains when its supervisor is gone', async () => {
    const { child, said, ended } = start();
    await said('ready');
    child.disconnect();
    expect(await ended).toMatchObject({
      code: 0,
      lines: ['ready', 'draining', 'closed last-opened', 'closed first-opened', 'drained'],
    });
  });

  it('exits with 1 at the deadline when a closer hangs', async () => {
    const { child, said, ended } = start('hang');
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 1, lines: ['ready', 'draining', 'the drain failed'] });
  });

  it('exits at once on the second signal', async () => {
    const { child, said, ended } = start('hang on SIGTERM');
    await said('ready');
    child.kill('SIGTERM');
    await said('draining');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 1, lines: ['ready', 'draining'] });
  });

  it('says in one line on standard error why it cannot start, closes what it opened, and exits with 1', async () => {
    expect(await start('fail to start').ended).toEqual({
      code: 1,
      lines: ['closed last-opened', 'closed first-opened'],
      stderr: 'sample cannot start: PORT is 1 to 65535. Set it.\n',
    });
  });

  it('logs an uncaught error as one line and exits with 1 without a drain', async () => {
    expect(await start('reject').ended).toEqual({
      code: 1,
      lines: ['ready', 'uncaught error'],
      stderr: '',
    });
  });
});
