import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { TokensInViewFile } from '../../src/adapters/views/tokens-in-view-file.js';
import { PROCESS_TEST_TIMEOUT_MS, runningGateway, startGateway } from '../gateway-process.js';

test(
  'the gateway serves without a bus, reports what is missing, and drains on SIGTERM',
  async () => {
    const { child, url, end } = await runningGateway();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ not_ready: ['nats'] });
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  },
  PROCESS_TEST_TIMEOUT_MS,
);

test(
  'it exits with one sentence that says what to do if its port is in use',
  async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await (await startGateway({ PORT: String(port) })).end;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`${port}`);
  },
  PROCESS_TEST_TIMEOUT_MS,
);

test(
  'all configuration errors are reported at once',
  async () => {
    const { code, stderr } = await (await startGateway({ PORT: 'http', PUBLIC_URL: 'reports.example' })).end;
    expect(code).toBe(1);
    expect(stderr).toMatch(/PORT.*PUBLIC_URL/);
  },
  PROCESS_TEST_TIMEOUT_MS,
);

test(
  'a view that is ahead of the log is rebuilt, and readiness warns, with the command to restore a newer log',
  async () => {
    const folder = await tempFolder();
    const { file } = new TokensInViewFile(join(folder.path, 'views', 'gateway', 'tokens.sqlite'));
    const mark = {
      id: randomUUID(),
      stream: 'token-1',
      revision: 0n,
      position: 1000n,
      recordedAt: '2026-11-23T12:00:00Z',
    };
    file.transaction(mark, () => undefined);
    file.close();
    const { child, url, end } = await runningGateway({}, folder);
    const { detail } = (await (await fetch(`${url}/readyz`)).json()) as { detail: string };
    expect(detail).toContain(
      `The view tokens was built from a newer log or from another one. Event ${mark.id} of ${mark.stream} was at position 1000`,
    );
    expect(detail).toContain('evidence restore');
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    expect(code).toBe(0);
    expect(stdout).toContain('It is being rebuilt from the current log.');
  },
  PROCESS_TEST_TIMEOUT_MS,
);
