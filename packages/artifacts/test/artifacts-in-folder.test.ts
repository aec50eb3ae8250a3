import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { eventually } from '@evidence/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { openArtifactFolder } from '../src/index.js';
import { artifactStoreConformance } from './conformance.js';

const root = await mkdtemp(join(tmpdir(), 'artifacts-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const emptyFolder = (): Promise<string> => mkdtemp(join(root, 'store-'));

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

artifactStoreConformance('folder', async () => openArtifactFolder({ folder: await emptyFolder() }));

describe('artifact folder', () => {
  it('gives a scratch file no name, so that nothing of it is left when its process ends', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    await using scratch = await store.scratch();
    await scratch.write(0, Buffer.from('in progress'));
    expect(await filesBelow(folder)).toEqual([]);
  });

  it('stores a blob by tenant and digest, readable by its owner only, and leaves no draft', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const { sha256 } = await store.put('acme', Buffer.from('report'), 'text/plain');
    expect(await filesBelow(folder)).toEqual([`acme/${sha256.slice(0, 2)}/${sha256}`]);
    expect((await stat(join(folder, 'acme', sha256.slice(0, 2), sha256))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'acme'))).mode & 0o777).toBe(0o700);
  });

  it('detects a blob whose bytes were changed on disk, and putting it again repairs it', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const { sha256 } = await store.put('acme', Buffer.from('report'), 'text/plain');
    await writeFile(join(folder, 'acme', sha256.slice(0, 2), sha256), 'rePort');
    await expect(store.get('acme', sha256)).rejects.toMatchObject({ code: 'corrupt' });

    await store.put('acme', Buffer.from('report'), 'text/plain');
    expect(String(Buffer.from(await store.get('acme', sha256)))).toBe('report');
  });

  it('shares blobs with another process that opens the folder', async () => {
    const folder = await emptyFolder();
    const { sha256 } = await (await openArtifactFolder({ folder })).put('acme', Buffer.from('report'), 'text/plain');
    const other = await openArtifactFolder({ folder });
    expect(await other.sizeOf('acme', sha256)).toBe(6);
  });

  it('is unavailable when its folder cannot be created', async () => {
    const file = join(await emptyFolder(), 'a-file');
    await writeFile(file, '');
    await expect(openArtifactFolder({ folder: join(file, 'below') })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('yields all but the last chunk of a damaged blob, and throws instead of that', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const bytes = Buffer.alloc(600_000, 'a');
    const { sha256 } = await store.put('acme', bytes, 'text/plain');
    const path = join(folder, 'acme', sha256.slice(0, 2), sha256);
    const given = async () => {
      let sizeBytes = 0;
      const fault = await (async () => {
        for await (const chunk of store.read('acme', sha256)) sizeBytes += chunk.length;
      })().catch((error: unknown) => error);
      return { sizeBytes, fault };
    };

    await writeFile(path, Buffer.concat([bytes.subarray(1), Buffer.from('b')]));
    expect(await given()).toMatchObject({ sizeBytes: 2 * 262_144, fault: { code: 'corrupt' } });
    await writeFile(path, bytes.subarray(1));
    expect(await given()).toMatchObject({ sizeBytes: 2 * 262_144, fault: { code: 'corrupt' } });
    await writeFile(path, '');
    expect(await given()).toMatchObject({ sizeBytes: 0, fault: { code: 'corrupt' } });
  });

  it('serves all but the last chunk of a damaged blob, and throws before the first byte if the damage is known by then', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const large = Buffer.alloc(600_000, 'a');
    const [blob, small] = [
      await store.put('acme', large, 'text/plain'),
      await store.put('acme', Buffer.from('small'), 'text/plain'),
    ];
    const pathOf = (sha256: string) => join(folder, 'acme', sha256.slice(0, 2), sha256);

    await writeFile(pathOf(blob.sha256), Buffer.alloc(600_000, 'b'));
    const served = await store.open('acme', blob);
    let sizeBytes = 0;
    served.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
    });
    expect(await once(served, 'error')).toMatchObject([{ code: 'corrupt' }]);
    expect(sizeBytes).toBe(2 * 262_144);

    await writeFile(pathOf(small.sha256), 'smalL');
    await expect(store.open('acme', small)).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(pathOf(blob.sha256), large.subarray(1));
    await expect(store.open('acme', blob)).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(pathOf(blob.sha256), Buffer.concat([large, large]));
    await expect(store.open('acme', blob)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('serves a span only of a blob that was checked since it last changed', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const blob = await store.put('acme', Buffer.alloc(600_000, 'a'), 'text/plain');
    const path = join(folder, 'acme', blob.sha256.slice(0, 2), blob.sha256);
    const span = async () => String(await buffer(await store.open('acme', blob, { first: 10, last: 12 })));
    expect(await Promise.all([span(), span()])).toEqual(['aaa', 'aaa']);

    // Damages the last byte, which is not in the span.
    const file = await open(path, 'r+');
    await file.write('b', blob.sizeBytes - 1);
    await file.close();
    await expect(span()).rejects.toMatchObject({ code: 'corrupt' });

    await store.put('acme', Buffer.alloc(600_000, 'a'), 'text/plain');
    expect(await span()).toBe('aaa');
    await rename(path, `${path}.away`);
    await writeFile(path, Buffer.alloc(600_000, 'c'));
    await expect(span()).rejects.toMatchObject({ code: 'corrupt' });
  });

  it.runIf(existsSync('/proc/self/fd'))('closes the file of a download that is aborted at any moment', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    const blob = await store.put('acme', Buffer.alloc(900_000, 'a'), 'text/plain');
    const isOpen = async () => {
      const files = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      return files.some((file) => file.endsWith(blob.sha256));
    };
    for (const span of [undefined, { first: 10, last: 800_000 }]) {
      for (const reads of [0, 1]) {
        const download = (await store.open('acme', blob, span)) as Readable;
        if (reads > 0) await once(download, 'readable');
        download.destroy();
        await eventually(async () => expect(await isOpen()).toBe(false));
      }
    }
  });

  it('leaves nothing of a write whose source fails', async () => {
    const folder = await emptyFolder();
    const store = await openArtifactFolder({ folder });
    async function* broken() {
      yield Buffer.alloc(600_000);
      throw new Error('the source broke off');
    }
    await expect(store.write('acme', 'text/plain', broken())).rejects.toThrow('the source broke off');
    expect(await filesBelow(folder)).toEqual([]);
  });
});
