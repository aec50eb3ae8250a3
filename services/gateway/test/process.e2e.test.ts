import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { TokensInViewFile } from '../src/adapters/views/tokens-in-view-file.js';
import { PROCESS_TEST_TIMEOUT_MS, runningGateway, startGateway } from './gateway-process.js';

test(
  'it serves without a bus, says what is missing, and drains on SIGTERM',
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
  'a port in use ends it with one sentence that says what to do',
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
  'a wrong configuration is named, all of it at once',
  async () => {
    const { code, stderr } = await (await startGateway({ PORT: 'http', PUBLIC_URL: 'reports.example' })).end;
    expect(code).toBe(1);
    expect(stderr).toMatch(/PORT.*PUBLIC_URL/);
  },
  PROCESS_TEST_TIMEOUT_MS,
);

test(
  'a view that is ahead of the log ends it, and says what to do',
  async () => {
    const folder = await tempFolder();
    const { file } = new TokensInViewFile(join(folder.path, 'views', 'gateway', 'tokens.sqlite'));
    file.transaction(1000n, () => undefined);
    file.close();
    const { code, stdout } = await (await startGateway({}, folder)).end;
    expect(code).toBe(1);
    expect(stdout).toContain('delete the view');
  },
  PROCESS_TEST_TIMEOUT_MS,
);
