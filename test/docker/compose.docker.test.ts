import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort, REPOSITORY, type TempFolder, tempFolder } from '@evidence/testkit';
import { readTrust, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, packRequest } from '../e2e/client.js';
import { docker, dockerWith, hasImage, IMAGE, NO_ENGINE, sayUnless } from './engine.js';

const run = promisify(execFile);
/** The number of reports requested while the renderers are replaced and a server of the bus is down. */
const REPORTS = 12;
const START_TIMEOUT_MS = 240_000;
const READY_TIMEOUT_MS = 120_000;
const NEXT_IMAGE = `${IMAGE}:next`;
const SAMPLE = 'deploy/local/samples/support-chat.report.jsonl';

describe.runIf(hasImage)('deploy/compose.yaml', () => {
  const project = `evidence-${randomBytes(4).toString('hex')}`;
  let port: number;
  let client: Client;
  let folder: TempFolder;

  const compose = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const files = ['deploy/compose.yaml', 'test/docker/compose.test.yaml'].flatMap((file) => [
      '--file',
      join(REPOSITORY, file),
    ]);
    const where = ['compose', '--project-name', project, '--project-directory', join(REPOSITORY, 'deploy'), ...files];
    return (await dockerWith({ PORT: String(port), ...env }, ...where, ...args)).stdout;
  };
  /** The command as in deploy/README.md. */
  const evidence = (...args: readonly string[]) => compose(['run', '--rm', 'evidence', ...args]);

  beforeAll(async () => {
    port = await freePort();
    folder = await tempFolder();
    await compose(['up', '--detach', '--quiet-pull']);
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
      timeoutMs: READY_TIMEOUT_MS,
    });
    const scopes = 'findings:write,reports:generate,reports:read';
    const token = await evidence(
      'tokens',
      'mint',
      '--tenant',
      'acme',
      '--name',
      'ci',
      '--scopes',
      scopes,
      '--print-token-only',
    );
    client = new Client(url, token.trim());
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    if (process.env.EVIDENCE_KEEP_CONTAINERS) return;
    await compose(['--profile', '*', 'down', '--volumes', '--timeout', '20']);
    await docker('image', 'rm', '--no-prune', NEXT_IMAGE).catch(() => '');
    await folder?.remove();
  });

  test('makes a report that verifies', async () => {
    const imported = await fetch(`${client.url}/api/v2/findings/import?endpoint_id=ep_support_chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token}` },
      body: await readFile(join(REPOSITORY, SAMPLE)),
    });
    expect(imported.status).toBe(200);
    const { id } = (await client.create(packRequest('pdf', 'In containers'))).body;
    await client.ready(id, READY_TIMEOUT_MS);
    const bytes = await readFile(join(folder.path, await client.download(id, folder.path)));
    const trust = readTrust(await (await fetch(`${client.url}/.well-known/jwks.json`)).text());
    expect(verifyPdf({ bytes, trust }).verdict).toBe('valid');
    expect(await evidence('prove', id)).toMatch(/^artifact +[0-9a-f]{64} +same$/m);
  });

  test('keeps the stream on all three servers, and shows each service only its own credentials', async () => {
    const info = await compose([
      'exec',
      '-T',
      'nats-0',
      'wget',
      '-q',
      '-O',
      '-',
      'http://127.0.0.1:8222/jsz?streams=true&config=true',
    ]);
    const { account_details } = JSON.parse(info) as {
      account_details: { stream_detail: { name: string; config: { num_replicas: number } }[] }[];
    };
    const replicas = Object.fromEntries(
      account_details
        .flatMap(({ stream_detail }) => stream_detail)
        .map(({ name, config }) => [name, config.num_replicas]),
    );
    expect(replicas).toEqual({ REPORTS: 3, KV_RELAY_CHECKPOINTS: 3, KV_RATE_LIMITS: 3 });
    expect((await compose(['exec', '-T', 'gateway', 'ls', '/credentials'])).trim().split('\n')).toEqual([
      'nats-ca.pem',
      'nats.nk',
      'store-ca.pem',
      'store.password',
    ]);
    expect(await compose(['exec', '-T', 'gateway', 'id', '--user'])).toBe('10001\n');
  });

  test('sends traces to the collector', async () => {
    await eventually(async () => expect(await compose(['logs', 'otel-collector'])).toMatch(/POST \/v1\/traces|spans/), {
      timeoutMs: 30_000,
    });
  });

  test("runs the README's commands", async () => {
    const text = await readFile(join(REPOSITORY, 'deploy', 'README.md'), 'utf8');
    const [, block = ''] = /^## Compose\n+```sh\n(.*?)```/ms.exec(text) ?? [];
    const [up, ...commands] = block.trim().split('\n');
    const down = commands.pop();
    expect([up, down]).toEqual([
      'docker compose --file deploy/compose.yaml up --detach',
      'docker compose --file deploy/compose.yaml down',
    ]);
    expect(commands).toHaveLength(3);
    const env = { ...process.env, COMPOSE_PROJECT_NAME: project, PORT: String(port) };
    for (const command of commands)
      await run('sh', ['-ec', command.replace(':8080', `:${port}`)], { cwd: REPOSITORY, env });
  });

  test('neither loses nor repeats a report while a server of the bus is killed and the renderers are rolled to another build', async () => {
    await nextBuild();
    // The gateway refuses requests, and says when to try again, while it looks for another server of the bus.
    const ask = (n: number) =>
      eventually(async () => {
        const answer = await client.create(packRequest(n % 2 ? 'json' : 'pdf', `Report ${n}`));
        expect(answer).toMatchObject({ status: 202 });
        return answer.body.id;
      });
    const ids: string[] = [];
    for (let n = 0; n < REPORTS / 3; n += 1) ids.push(await ask(n));
    await compose(['kill', 'nats-1']);
    for (let n = ids.length; n < (2 * REPORTS) / 3; n += 1) ids.push(await ask(n));
    const rolled = compose(['up', '--detach', '--no-deps', 'renderer'], { RENDERER_IMAGE: NEXT_IMAGE });
    for (let n = ids.length; n < REPORTS; n += 1) ids.push(await ask(n));
    await rolled;
    for (const id of ids) await client.ready(id, READY_TIMEOUT_MS);
    // All reports may be ready before the second new renderer has started.
    await eventually(async () => {
      const running = await compose(['ps', '--format', '{{.Service}} {{.Image}} {{.State}}']);
      expect(running.match(/^renderer evidence-reports:next running$/gm)).toHaveLength(2);
      expect(running).not.toContain('nats-1');
    });
    await compose(['start', 'nats-1']);
    for (const id of ids) {
      const types = (await evidence('events', id)).match(/Report(Ready|Failed)/g);
      expect([id, types]).toEqual([id, ['ReportReady']]);
    }
  });
});

sayUnless(hasImage, NO_ENGINE);

/** Creates another image with the same programs, because the test is about replacing containers while work continues. */
async function nextBuild(): Promise<void> {
  const folder = await tempFolder();
  await writeFile(join(folder.path, 'Dockerfile'), `FROM ${IMAGE}\nLABEL org.opencontainers.image.version=next\n`);
  await docker('build', '--quiet', '--tag', NEXT_IMAGE, folder.path);
  await folder.remove();
}
