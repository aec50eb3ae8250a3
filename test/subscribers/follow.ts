import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@evidence/testkit';
import { expect } from 'vitest';

export interface Told {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly reportId: string; readonly downloadPath?: string };
}

/** Runs a subscriber until it has printed `count` events, stops it, and returns all of them. */
export async function toldBy(program: string, natsUrl: string, count: number, timeoutMs: number): Promise<Told[]> {
  const child = spawn(process.execPath, [program, natsUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const lines = () => said.split('\n').slice(0, -1);
  try {
    await eventually(() => expect(lines().length).toBeGreaterThanOrEqual(count), { timeoutMs });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'close');
  }
  return lines().map((line) => JSON.parse(line));
}
