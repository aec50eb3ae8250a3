import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imported, inChunks, refusalOf } from './importing.js';
import { sampleOf } from './samples-of.js';
import { zipOf } from './zip-file.js';

const rowsOf = (scan: { readonly counts: object }) => scan.counts;

describe('an archive', () => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const header = { name: 'header.json', bytes: json({ eval: { task: 't' }, status: 'success' }) };
  const sample = json({ id: 1, epoch: 1, scores: { s: { value: 0 } } });
  const importing = (bytes: Uint8Array, more: object = {}) =>
    imported(inChunks(bytes), { format: 'inspect', passWhen: 's=1', ...more });
  const name = 'samples/1_epoch_1.json';

  it.each([
    ['stored', {}],
    ['deflated', { method: 8, packed: deflateRawSync(sample) }],
    ['packed with zstd', { method: 93, packed: zstdCompressSync(sample) }],
  ])('may be %s', async (_, more) => {
    const { scan } = await importing(zipOf(header, { name, bytes: sample, ...more }));
    expect(rowsOf(scan)).toEqual({ in: 1, recorded: 1, skipped: {} });
  });

  it('has its samples even if their ids contain slashes, `..`, backslashes or a drive', async () => {
    const ids = ['owasp/llm01/1', '../up', 'a/../b', 'back\\slash', 'C:/x', '/root', 'two\nlines', 'ünï'];
    const samples = ids.map((id) => ({
      name: `samples/${id}_epoch_1.json`,
      bytes: json({ id, epoch: 1, scores: { s: { value: 0 } } }),
    }));
    const { scan, findings } = await importing(zipOf(header, ...samples));
    expect(rowsOf(scan)).toEqual({ in: 8, recorded: 8, skipped: {} });
    expect(new Set(findings.map(({ findingId }) => findingId)).size).toBe(8);
  });

  it('has the last of several entries with the same name', async () => {
    const again = { name, bytes: json({ id: 1, epoch: 1, scores: { s: { value: 1 } } }) };
    const { scan } = await importing(zipOf(header, { name, bytes: sample }, again));
    expect(rowsOf(scan)).toEqual({ in: 1, recorded: 0, skipped: { passed: 1 } });
  });

  it('that is not an Inspect log is refused with its entries', async () => {
    const entry = (name: string) => ({ name, bytes: Buffer.from('x') });
    const other = zipOf(...['a.txt', 'b/c.csv', 'd', 'e', 'f'].map(entry));
    expect(await refusalOf(importing(other))).toMatchObject({
      code: 'not_this_format',
      message: expect.stringMatching(/header\.json.*, only: a\.txt, b\/c\.csv, d and 2 others\./),
    });
    const unnamed = imported(inChunks(other), { format: undefined });
    expect(await refusalOf(unnamed)).toMatchObject({ code: 'compressed' });
    const elsewhere = imported(inChunks(sampleOf('inspect/facts.eval')), { format: 'garak' });
    expect(await refusalOf(elsewhere)).toMatchObject({ code: 'not_this_format', facts: { looksLike: 'inspect' } });
  });

  it('cut off anywhere is refused', async () => {
    const whole = sampleOf('inspect/killed.eval');
    for (let length = 4; length < whole.byteLength; length += 211) {
      const refusal = await refusalOf(importing(whole.subarray(0, length)));
      expect({ length, code: refusal?.code }).toEqual({ length, code: 'malformed' });
    }
  });

  it('with a broken entry, or one that contradicts its header, is refused', async () => {
    const packed = zstdCompressSync(sample);
    for (const more of [
      { method: 93, packed: packed.subarray(0, packed.byteLength - 6) },
      { method: 93, packed: Buffer.from('nothing of zstd') },
      { method: 8, packed: Buffer.from([7, 7, 7]) },
      { method: 93, packed, sizeBytes: sample.byteLength + 1 },
      {
        method: 93,
        packed: Buffer.concat([zstdCompressSync(sample.subarray(0, 9)), zstdCompressSync(sample.subarray(9))]),
      },
      { bytes: Buffer.from('{"id": ') },
    ])
      expect(await refusalOf(importing(zipOf(header, { name, bytes: sample, ...more })))).toMatchObject({
        code: 'malformed',
      });
  });

  it('packed with an unsupported method is refused with advice', async () => {
    const refusal = await refusalOf(importing(zipOf(header, { name, bytes: sample, method: 99 })));
    expect(refusal).toMatchObject({ code: 'compressed', message: expect.stringContaining('convert') });
  });

  it('that would unpack to a thousand times its size is refused in time', async () => {
    const bomb = Buffer.concat([
      Buffer.from('{"id": 1, "x": "'),
      Buffer.alloc(64 * 1024 * 1024, 'x'),
      Buffer.from('"}'),
    ]);
    for (const more of [
      { method: 93, packed: zstdCompressSync(bomb) },
      { method: 8, packed: deflateRawSync(bomb) },
      { method: 93, packed: zstdCompressSync(bomb), sizeBytes: 20 },
      { method: 93, packed: zstdCompressSync(sample), sizeBytes: 201 * 1024 * 1024 },
    ])
      expect(await refusalOf(importing(zipOf(header, { name, bytes: bomb, ...more })))).toMatchObject({
        code: 'archive_too_large',
      });
  });

  it('with prose or other JSON has samples that cannot be used', async () => {
    const { scan } = await importing(
      zipOf(header, { name, bytes: json(['odd']) }, { name: 'samples/2.json', bytes: sample }),
    );
    expect(rowsOf(scan)).toEqual({ in: 2, recorded: 1, skipped: { unusable_sample: 1 } });
    expect(await refusalOf(importing(zipOf({ ...header, bytes: json({ odd: 1 }) })))).toMatchObject({
      code: 'not_this_format',
    });
  });
});
