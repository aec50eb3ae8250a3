import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { EventLog, type LogFilter } from '../src/engine/index.js';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const FILTERS: readonly (LogFilter | undefined)[] = [
  undefined,
  'unreserved',
  { types: ['Apple', 'Pear'] },
  { types: ['App'] },
  { typePrefixes: ['App', '$'] },
  { streamPrefixes: ['b-', 'ä'] },
];

const event = (type: string, n: number, bytes = 10) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  type,
  isJson: true,
  data: Buffer.alloc(bytes, n),
  metadata: Buffer.from(`{"n":${n}}`),
});

/** All pages from `after` to the end, and the positions up to which each was searched. */
function readFrom(log: EventLog, after: bigint, filter: LogFilter | undefined, limit: number) {
  const events: unknown[] = [];
  for (let position = after; position < log.head; ) {
    const page = log.readForwards(position, log.head, filter, limit);
    for (const { data, metadata, ...rest } of page.events)
      events.push({ ...rest, data: Buffer.from(data).toString(), metadata: Buffer.from(metadata).toString() });
    expect(page.lookedAt).toBeGreaterThan(position);
    position = page.lookedAt;
  }
  return events;
}

test('events of the last appends are read from memory as from the file, whatever the filter and the limit', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'log.sqlite');
  const now = () => new Date('2026-11-30T12:00:00Z');
  const written = new EventLog({ file, now });
  for (const [n, stream] of ['b-1', 'a-1', 'ä', 'b-1', 'c'].entries()) {
    const types = ['Apple', '$metadata', 'Pear', 'Applesauce'];
    await written.append(
      stream,
      'any',
      types.map((type, index) => event(type, n * 10 + index)),
    );
  }
  // Events of a refused append are in neither.
  await expect(written.append('b-1', 'no_stream', [event('Apple', 99)])).rejects.toThrow('b-1');
  const cases = FILTERS.flatMap((filter) =>
    [0n, 3n, 19n].flatMap((after) => [1, 3, NO_LIMIT].map((limit) => ({ filter, after, limit }))),
  );
  const fromMemory = cases.map(({ filter, after, limit }) => readFrom(written, after, filter, limit));
  written.close();
  const reopened = new EventLog({ file, now });
  const fromFile = cases.map(({ filter, after, limit }) => readFrom(reopened, after, filter, limit));
  reopened.close();
  expect(fromMemory).toEqual(fromFile);
  expect(fromMemory[2]).toHaveLength(20);
});

test('a reader behind the events in memory reads the file, without a gap where the two meet', async () => {
  await using folder = await tempFolder();
  const log = new EventLog({ file: join(folder.path, 'log.sqlite'), now: () => new Date() });
  // 12 MiB, three times what is kept in memory.
  for (let n = 0; n < 120; n++) await log.append(`s-${n}`, 'no_stream', [event('Large', n, 100 * 1024)]);
  for (const after of [0n, 50n, 100n, 119n]) {
    const read = readFrom(log, after, undefined, NO_LIMIT) as { position: bigint }[];
    expect(read.map(({ position }) => position)).toEqual(
      Array.from({ length: 120 - Number(after) }, (_, index) => after + BigInt(index) + 1n),
    );
  }
  log.close();
});

test('a page from memory has no more events than one from the file, so that nobody waits while thousands are encoded', async () => {
  const log = new EventLog({ file: ':memory:', now: () => new Date() });
  for (let n = 0; n < 1_200; n += 100)
    await log.append(
      `s-${n}`,
      'no_stream',
      Array.from({ length: 100 }, (_, index) => event('Small', n + index)),
    );
  const pages = [0n, 500n, 1_000n].map((after) => log.readForwards(after, log.head, undefined, NO_LIMIT));
  expect(pages.map(({ events }) => events.length)).toEqual([500, 500, 200]);
  expect(pages.map(({ lookedAt }) => lookedAt)).toEqual([500n, 1_000n, 1_200n]);
  log.close();
});
