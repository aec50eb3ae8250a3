import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BLOB_MAX_BYTES, openArtifactFolder } from '../src/index.js';
import { artifactStoreConformance } from './conformance.js';

const root = await mkdtemp(join(tmpdir(), 'artifacts-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const emptyFolder = (): Promise<string> => mkdtemp(join(root, 'store-'));

artifactStoreConformance('folder', async () => openArtifactFolder({ folder: await emptyFolder() }));

describe('artifact folder', () => {
  it('lays a blob out by tenant and digest, readable by its owner only, and leaves no draft', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const { sha256 } = await store.put('acme', Buffer.from('report'), 'text/plain');
    expect(await readdir(folder, { recursive: true })).toEqual([
      'acme',
      `acme/${sha256.slice(0, 2)}`,
      `acme/${sha256.slice(0, 2)}/${sha256}`,
    ]);
    expect((await stat(join(folder, 'acme', sha256.slice(0, 2), sha256))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'acme'))).mode & 0o777).toBe(0o700);
  });

  it('finds a blob whose bytes were changed on disk, and putting it again heals it', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const { sha256 } = await store.put('acme', Buffer.from('report'), 'text/plain');
    await writeFile(join(folder, 'acme', sha256.slice(0, 2), sha256), 'rePort');
    await expect(store.get('acme', sha256)).rejects.toMatchObject({ code: 'corrupt' });

    await store.put('acme', Buffer.from('report'), 'text/plain');
    expect(String(Buffer.from(await store.get('acme', sha256)))).toBe('report');
  });

  it('gives the same blob to another process that opens the folder', async () => {
    const folder = await emptyFolder();
    const { sha256 } = await (await openArtifactFolder({ folder })).put('acme', Buffer.from('report'), 'text/plain');
    const other = await openArtifactFolder({ folder });
    expect(await other.sizeOf('acme', sha256)).toBe(6);
  });

  it('says that it is unavailable when its folder cannot be made', async () => {
    const file = join(await emptyFolder(), 'a-file');
    await writeFile(file, '');
    await expect(openArtifactFolder({ folder: join(file, 'below') })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses a blob over the limit before it writes anything', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    // Untouched zero pages: the system gives them no memory.
    const tooLarge = new Uint8Array(BLOB_MAX_BYTES + 1);
    await expect(store.put('acme', tooLarge, 'text/plain')).rejects.toMatchObject({ code: 'too_large' });
    expect(await readdir(folder)).toEqual([]);
  });
});
