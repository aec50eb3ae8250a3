import { randomBytes } from 'node:crypto';
import { eventually } from '@evidence/testkit';
import { describe, expect, test } from 'vitest';
import { docker, hasImage, IMAGE, NO_ENGINE, sayUnless } from './engine.js';

const MEGABYTE = 1_000_000;
const LAYERS_MAX_BYTES = 200 * MEGABYTE;
const OUR_USER = '10001:10001';
/** What deploy/compose.yaml and deploy/kubernetes grant: only a volume and a folder for temporary files. */
const HARDENED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

const evidence = (...args: readonly string[]) => docker('run', '--rm', ...HARDENED, IMAGE, ...args);

describe.runIf(hasImage)('the image', () => {
  test('adds less than 200 MB to its base', async () => {
    const base = process.env.NODE_IMAGE ?? (await defaultBase());
    const [ours, theirs] = await Promise.all([sizeOf(IMAGE), sizeOf(base)]);
    console.log(`${Math.round((ours - theirs) / MEGABYTE)} MB above ${base}`);
    expect(ours - theirs).toBeLessThan(LAYERS_MAX_BYTES);
    expect(ours - theirs).toBeGreaterThan(0);
  });

  test('has an unprivileged user, a volume and a health check', async () => {
    const [config] = JSON.parse(await docker('image', 'inspect', '--format', '[{{json .Config}}]', IMAGE));
    expect(config).toMatchObject({ User: OUR_USER, Volumes: { '/data': {} }, Healthcheck: expect.anything() });
  });

  test('contains no build tools and no source', async () => {
    const script = 'find /app -name "*.ts" -o -name typescript -o -name vitest -o -path "/app/packages/*/src" | head';
    expect(await docker('run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', script)).toBe('');
  });

  test('runs the command on a read-only root', async () => {
    expect(await evidence('evidence', 'verify', '--help')).toContain('evidence verify');
  });

  test('lists what it can run when it is asked for something else', async () => {
    await expect(evidence('bash')).rejects.toThrow(
      '"bash" is not a program of this image: use one of gateway, scoping, mapping, renderer, expiry, store-server, evidence.',
    );
  });

  test.each(['gateway', 'scoping', 'mapping', 'renderer', 'expiry'])(
    '%s says in one sentence which setting is wrong',
    async (service) => {
      await expect(docker('run', '--rm', ...HARDENED, '--env', 'NATS_URL=ftp://nats', IMAGE, service)).rejects.toThrow(
        /cannot start: .*NATS_URL must be a URL that starts with/,
      );
    },
  );

  test('is healthy while a service waits for the others, and unhealthy without a service', async () => {
    const name = `evidence-health-${randomBytes(4).toString('hex')}`;
    await docker('run', '--detach', '--name', name, ...HARDENED, '--health-interval', '1s', IMAGE, 'gateway');
    try {
      const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', name);
      await eventually(async () => expect((await health()).trim()).toBe('healthy'), { timeoutMs: 60_000 });
      await docker('stop', '--time', '20', name);
      expect((await docker('inspect', '--format', '{{.State.ExitCode}}', name)).trim()).toBe('0');
      const check = ['--entrypoint', 'node', IMAGE, '/app/deploy/image/health.mjs'];
      await expect(docker('run', '--rm', ...check)).rejects.toMatchObject({ code: 1 });
    } finally {
      await docker('rm', '--force', '--volumes', name);
    }
  });
});

sayUnless(hasImage, NO_ENGINE);

async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
}

/** The base image that deploy/Dockerfile pins. */
async function defaultBase(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const text = await readFile(join(import.meta.dirname, '..', '..', 'deploy', 'Dockerfile'), 'utf8');
  return /^ARG NODE_IMAGE=(\S+)$/m.exec(text)?.[1] ?? '';
}
