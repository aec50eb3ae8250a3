import { appendFileSync, closeSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWhereItLies, Unusable } from '../src/command/input.js';
import { bufferOf, bytesOfFile, placesOf, sha256OfFile } from '../src/pdf-file/file-bytes.js';
import { readAuthorities, readTrust } from '../src/verdict/trust.js';
import { verifyPdf, verifyPdfFile } from '../src/verdict/verify-pdf.js';
import { vector } from './vectors.js';

const MIB = 1024 * 1024;
const NEEDLE = 'startxref';

const folder = await mkdtemp(join(tmpdir(), 'file-bytes-'));
afterAll(() => rm(folder, { recursive: true }));

function written(name: string, content: Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Three windows, with the needle across each boundary, at both ends, and twice in one window. */
const content = Buffer.alloc(3 * MIB, '.');
for (const at of [0, 700, MIB - 4, 2 * MIB - 1, 2 * MIB + 9, 3 * MIB - NEEDLE.length]) content.write(NEEDLE, at);

describe('a file that is read in place', () => {
  const fd = openSync(written('content', content), 'r');
  afterAll(() => closeSync(fd));
  const file = bytesOfFile(fd, content.length);

  it('finds the same places as a buffer, forwards and backwards', () => {
    const places = [...placesOf(file, NEEDLE)];
    expect(places).toEqual([...placesOf(content, NEEDLE)]);
    expect(places).toHaveLength(6);
    for (const from of [0, 1, MIB - 4, MIB - 3, 2 * MIB, 3 * MIB - 1]) {
      expect(file.indexOf(NEEDLE, from)).toBe(content.indexOf(NEEDLE, from));
      expect(file.indexOf(NEEDLE, from)).toBe(places.find((place) => place >= from) ?? -1);
    }
    for (const from of [content.length, 3 * MIB - 1, 2 * MIB + 8, 2 * MIB, MIB, 699, 3, 0]) {
      expect(file.lastIndexOf(NEEDLE, from)).toBe(content.lastIndexOf(NEEDLE, from));
    }
    expect(file.lastIndexOf(NEEDLE)).toBe(3 * MIB - NEEDLE.length);
    expect([file.indexOf('absent'), file.lastIndexOf('absent')]).toEqual([-1, -1]);
  });

  it.each([
    [10, 20],
    [-5, undefined],
    [3 * MIB - 2, 3 * MIB + 50],
    [20, 10],
    [5 * MIB, 6 * MIB],
  ])('has the same part from %s to %s as a buffer', (start, end) => {
    const part = content.subarray(start, end);
    expect(bufferOf(file.subarray(start, end))).toEqual(part);
    expect(file.subarray(start, end).at(-1)).toBe(part.at(-1));
    expect(sha256OfFile(file.subarray(start, end))).toBe(sha256OfFile(part));
  });
});

it.each(['report.pdf', 'time-stamped.pdf', 'kept.pdf', 'archived.pdf'])(
  '%s gets the same verdict as in memory',
  async (name) => {
    const bytes = vector(name);
    const authorities = readAuthorities(String(vector('authorities.pem')));
    const asked = { trust: readTrust(String(vector('jwks.json'))), authorities };
    const inMemory = verifyPdf({ bytes, ...asked });
    const asFile = await readWhereItLies(written(name, bytes), (file) => verifyPdfFile(file, inMemory.sha256, asked));
    expect(asFile).toEqual(inMemory);
  },
);

it.each([
  ['grew', (path: string) => appendFileSync(path, '.')],
  ['was overwritten', (path: string) => writeFileSync(path, Buffer.alloc(MIB, 'x'))],
])('there is no verdict on a file that %s while it was read', async (_, change) => {
  const path = written('changing', Buffer.alloc(MIB));
  const judging = readWhereItLies(path, async () => change(path));
  await expect(judging).rejects.toThrow(Unusable);
  await expect(judging).rejects.toThrow('was modified while it was read');
});

it('there is no verdict on a file that became shorter while it was read', async () => {
  const path = written('shrinking', Buffer.alloc(MIB));
  const judging = readWhereItLies(path, async (file) => {
    truncateSync(path, 10);
    return sha256OfFile(file);
  });
  await expect(judging).rejects.toThrow('it became shorter while it was read');
});
