import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { smallDisk } from '@evidence/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Made, Spool, spooling } from '../src/parse/spool.js';

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
])(
  'keeps order and content, can be read again, also after a reading that broke off, and leaves no file: %s',
  async (_, count) => {
    const before = leftBehind();
    const items = Array.from({ length: count }, (_, index) => ({ index, text: `${'x'.repeat(1000)}\u2028\n"\ud800` }));
    await using spool = new Spool<(typeof items)[number]>();
    for (const item of items) await spool.add(item);
    expect(spool.length).toBe(count);
    expect(await all(spool)).toEqual(items);
    for await (const first of spool) {
      expect(first).toEqual(items[0]);
      break;
    }
    expect(await all(spool)).toEqual(items);
    expect(leftBehind()).toEqual(before);
  },
);

describe('values that are made from those of another list', () => {
  const made = async (spool: Spool<number>) => {
    for (let n = 0; n < 3; n++) await spool.add(n);
    const asked: number[] = [];
    const list = new Made(spool, (n) => {
      asked.push(n);
      return { n };
    });
    return { list, asked };
  };
  const values = [{ n: 0 }, { n: 1 }, { n: 2 }];

  it('are made once, however often they are read, and take the place of the others', async () => {
    const spool = new Spool<number>();
    const { list, asked } = await made(spool);
    expect([list.length, await all(list), await all(list), list.length]).toEqual([3, values, values, 3]);
    expect([asked, await all(spool)]).toEqual([[0, 1, 2], []]);
    await list[Symbol.asyncDispose]();
    expect(await all(list)).toEqual([]);
  });

  it('are made again if the first reading broke off', async () => {
    await using list = (await made(new Spool<number>())).list;
    for await (const first of list) {
      expect(first).toEqual(values[0]);
      break;
    }
    expect(await all(list)).toEqual(values);
  });
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

it('makes values again for each reading if there is no room to keep them', async (context) => {
  const items = Array.from({ length: 12_000 }, (_, index) => ({ index, text: 'x'.repeat(1000) }));
  await using spool = new Spool<(typeof items)[number]>();
  for (const item of items) await spool.add(item);
  const disk = await smallDisk(6);
  if (!disk) return context.skip('this user may not mount a small disk');
  onTestFinished(disk.remove);
  vi.stubEnv('TMPDIR', disk.path);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using made = new Made(spool, ({ index }) => ({ index, text: 'y'.repeat(1000) }));
  const expected = items.map(({ index }) => index);
  for (let reading = 0; reading < 2; reading++) expect((await all(made)).map(({ index }) => index)).toEqual(expected);
  expect(readdirSync(disk.path)).toEqual([]);
});
