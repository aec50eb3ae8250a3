import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { operations } from '../../from-contract.js';
import { GatewayUnderTest } from '../../gateway-under-test.js';

const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
/** On the page's virtual clock, which runs ahead while nothing is in progress. */
const PAGE_TIME_MS = 20_000;
const BROWSER_TIMEOUT_MS = 60_000;
const CONSOLE_BYTES_MAX = 64 * 1024 * 1024;

test('the page and everything it needs are served by us', async () => {
  const gateway = await GatewayUnderTest.open();
  const page = (await gateway.call('/docs', { token: null })).body.toString();
  const needed = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
  expect(needed.length).toBeGreaterThan(3);
  expect(needed.filter((path) => !path.startsWith('docs/'))).toEqual([]);
  for (const path of needed) expect((await gateway.call(`/${path}`, { token: null })).status).toBe(200);
});

test('the front page redirects to the documentation, also under the path prefix of a proxy', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const path of ['/', '/docs/']) {
    const { status, headers } = await gateway.call(path, { token: null });
    expect(status).toBe(302);
    const { pathname } = new URL(headers.get('location') ?? '', `https://proxy.example/evidence${path}`);
    expect(pathname).toBe('/evidence/docs');
  }
});

test('the page of a finding and everything it needs are served by us, and it asks for a token instead of returning 401', async () => {
  const gateway = await GatewayUnderTest.open();
  const page = await gateway.call('/findings/fnd_1', { token: null });
  expect(page.status).toBe(200);
  const text = page.body.toString();
  expect(text).toContain('type="password"');
  expect(text).not.toContain('fnd_1');
  const needed = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => new URL(String(path), page.url));
  expect(needed).toHaveLength(3);
  for (const { pathname } of needed) expect((await gateway.call(pathname, { token: null })).status).toBe(200);
});

test('no other file is served', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const name of [
    'package.json',
    '..%2Fpackage.json',
    'swagger-ui.css.map',
    'constructor',
    '%00',
    'start.js%2F..',
  ]) {
    expect(await gateway.call(`/docs/${name}`, { token: null })).toMatchObject({ status: 404 });
  }
});

test('a browser shows every call without errors', async (context) => {
  const installed = await promisify(execFile)(CHROMIUM, ['--version']).catch(() => undefined);
  if (!installed) return context.skip('chromium is not installed: the page was not seen in a browser');
  const gateway = await GatewayUnderTest.open();
  const { dom, complaints } = await seenInBrowser(`${gateway.url}/docs`);
  const shown = [...dom.matchAll(/id="operations-(?!tag-)[a-z]+-([A-Za-z]+)"/g)].map(([, id]) => String(id));
  const declared = operations.map(({ operationId }) => operationId);
  expect(shown.toSorted()).toEqual(declared.toSorted());
  expect(complaints).toEqual([]);
});

test('its calls go to the host from which the page was loaded, whatever the document says', async (context) => {
  const installed = await promisify(execFile)(CHROMIUM, ['--version']).catch(() => undefined);
  if (!installed) return context.skip('chromium is not installed: the page was not seen in a browser');
  const gateway = await GatewayUnderTest.open({ publicUrl: 'https://elsewhere.example/evidence' });
  const { dom } = await seenInBrowser(`${gateway.url.replace('127.0.0.1', 'localhost')}/docs`);
  const servers = /<select id="servers">(.*?)<\/select>/s.exec(dom)?.[1] ?? '';
  expect(servers).toContain(`value="${gateway.url.replace('127.0.0.1', 'localhost')}"`);
  expect(servers).not.toContain('elsewhere');
});

test('a browser reports violations of the page’s policy', async (context) => {
  const installed = await promisify(execFile)(CHROMIUM, ['--version']).catch(() => undefined);
  if (!installed) return context.skip('chromium is not installed: the policy was not seen at work');
  const gateway = await GatewayUnderTest.open();
  const policy = (await gateway.call('/docs', { token: null })).headers.get('content-security-policy') ?? '';
  const server = createServer((_, response) => {
    response.setHeader('content-security-policy', policy).setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>unchanged</title><script>document.title = "changed";</script>');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { dom, complaints } = await seenInBrowser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(dom).toContain('<title>unchanged</title>');
  expect(complaints.join()).toContain('Content Security Policy');
});

/** The document as rendered by a browser, and the output of its console. */
async function seenInBrowser(url: string) {
  await using profile = await tempFolder();
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const { stdout, stderr } = await promisify(execFile)(
    CHROMIUM,
    [
      ...flags,
      `--user-data-dir=${join(profile.path, 'profile')}`,
      '--enable-logging=stderr',
      `--virtual-time-budget=${PAGE_TIME_MS}`,
      '--dump-dom',
      url,
    ],
    { timeout: BROWSER_TIMEOUT_MS, maxBuffer: CONSOLE_BYTES_MAX },
  );
  // The browser's own pages log warnings on a slow machine.
  const complaints = stderr
    .split('\n')
    .filter((line) => line.includes('CONSOLE') && !line.includes('source: chrome://'));
  return { dom: stdout, complaints };
}
