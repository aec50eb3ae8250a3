import { createHash } from 'node:crypto';
import { readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { smallDisk } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openArtifactFolder } from '../src/index.js';

// Smaller and larger than what is written by one call.
test.for([250_000, 1_500_000])(
  'leaves nothing of a blob of %i bytes that does not fit on the disk, and stores it once there is room',
  async (size, context) => {
    const disk = await smallDisk(2);
    if (!disk) return context.skip('this user may not mount a small disk');
    onTestFinished(disk.remove);
    const folder = join(disk.path, 'artifacts');
    const store = await openArtifactFolder({ folder });
    const kept = await store.put('acme', Buffer.from('kept'), 'text/plain');
    const ballast = join(disk.path, 'ballast');
    const { bavail, bsize } = await statfs(disk.path);
    await writeFile(ballast, Buffer.alloc(bavail * bsize - size / 2));
    const before = await statfs(disk.path);

    const blob = Buffer.alloc(size, 'a');
    const sha256 = createHash('sha256').update(blob).digest('hex');
    const put = () => store.put('acme', blob, 'text/plain');
    await expect(put()).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining('ENOSPC'),
    });
    expect(await store.sizeOf('acme', sha256)).toBeUndefined();
    {
      await using scratch = await store.scratch();
      await expect(scratch.write(0, blob)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('ENOSPC'),
      });
    }
    expect(await readdir(join(folder, '.drafts'))).toEqual([]);
    expect(await statfs(disk.path)).toEqual(before);
    expect(await store.get('acme', kept.sha256)).toHaveLength(4);

    await rm(ballast);
    await put();
    expect(await store.sizeOf('acme', sha256)).toBe(blob.length);
  },
);
