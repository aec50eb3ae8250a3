import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { Spool, spooling } from '../src/parse/spool.js';

const all = async <T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> => {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
};
const leftBehind = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('evidence-import-') && !name.includes('bench'));

it.each([
  ['in memory', 10],
  ['in a file, with the last part in memory', 12_000],
])('keeps order and content, can be read twice, and leaves no file: %s', async (_, count) => {
  const before = leftBehind();
  const items = Array.from({ length: count }, (_, index) => ({ index, text: `${'x'.repeat(1000)}\u2028\n"\ud800` }));
  await using spool = new Spool<(typeof items)[number]>();
  for (const item of items) await spool.add(item);
  expect(spool.length).toBe(count);
  expect(await all(spool)).toEqual(items);
  expect(await all(spool)).toEqual(items);
  expect(leftBehind()).toEqual(before);
});

it('is disposed of if its user throws', async () => {
  let spool: Spool<number> | undefined;
  const using = spooling<number, void>(async (one) => {
    spool = one;
    await one.add(1);
    throw new Error('broken');
  });
  await expect(using).rejects.toThrow('broken');
  expect(await all(spool ?? [])).toEqual([]);
});
