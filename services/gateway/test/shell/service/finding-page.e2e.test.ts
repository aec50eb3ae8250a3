import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FindingPage } from '@evidence/contracts';
import { eventually, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayUnderTest } from '../../gateway-under-test.js';

const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
const HOSTILE = '<img src=x onerror="document.title = 1">';

async function recordedFinding(gateway: GatewayUnderTest): Promise<string> {
  const findings = [{ title: HOSTILE, severity: 'high', probe: 'p', tags: [] }];
  const body = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
  await gateway.call('/api/v2/findings/import?endpoint_id=ep_one', { method: 'POST', body });
  return String((await gateway.call<FindingPage>('/api/v2/findings')).json.data[0]?.id);
}

/** Opens a page in a browser, and returns a function that evaluates an expression in it (Chrome DevTools Protocol). */
async function browserAt(url: string): Promise<(expression: string) => Promise<unknown>> {
  const profile = await tempFolder();
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const where = ['--remote-debugging-port=0', `--user-data-dir=${join(profile.path, 'profile')}`];
  const browser = spawn(CHROMIUM, [...flags, ...where, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(async () => {
    browser.kill('SIGKILL');
    await once(browser, 'close');
    await profile.remove();
  });
  let said = '';
  browser.stderr.on('data', (chunk) => (said += chunk));
  const host = await eventually(() => {
    const [, found] = /DevTools listening on ws:\/\/([^/]+)\//.exec(said) ?? [];
    if (found === undefined) throw new Error(said);
    return found;
  });
  const opened = await fetch(`http://${host}/json/new?${encodeURIComponent(url)}`, { method: 'PUT' });
  const socket = new WebSocket((await opened.json()).webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map<number, (value: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result?.result.value);
    waiting.delete(id);
  });
  let id = 0;
  return (expression) => {
    id += 1;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
    return promise;
  };
}

test('in a browser the page shows the finding as text to a user with a token, and stores the token nowhere', async (context) => {
  const installed = await promisify(execFile)(CHROMIUM, ['--version']).catch(() => undefined);
  if (!installed) return context.skip('chromium is not installed: the page was not seen at work');
  const gateway = await GatewayUnderTest.open();
  const id = await recordedFinding(gateway);
  const evaluate = await browserAt(`${gateway.url}/findings/${id}`);
  await eventually(async () =>
    expect(await evaluate(`document.readyState + ' ' + typeof form`)).toBe('complete object'),
  );
  const submit = (token: string) =>
    evaluate(`form.elements.token.value = ${JSON.stringify(token)}; form.requestSubmit();`);
  const shown = () => evaluate(`document.querySelector('[role=alert]').textContent`);

  await submit('ert_wrong');
  await eventually(async () => expect(await shown()).toContain('token'));
  await submit(gateway.token);
  await eventually(async () => expect(await evaluate(`document.querySelectorAll('dt').length`)).toBeGreaterThan(5));
  expect(await evaluate(`document.querySelector('h1').textContent`)).toBe(HOSTILE);
  expect(await evaluate('document.images.length')).toBe(0);
  expect(await evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(0);
  expect(await evaluate('form.elements.token.value')).toBe('');
});
