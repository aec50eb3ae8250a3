import { expect, test } from 'vitest';
import { inTurns } from '../src/engine/turns.js';

const append = (stream: string, count: number) => ({ stream, events: Array.from({ length: count }) });
const shown = (appends: readonly { readonly stream: string; readonly events: readonly unknown[] }[]) =>
  appends.map(({ stream, events }) => `${stream} ${events.length}`);

test('small appends go before the rest of large ones, and appends to one stream keep their order', () => {
  const waiting = [
    append('a', 250),
    append('a', 250),
    append('a', 250),
    append('b', 1),
    append('a', 1),
    append('c', 250),
  ];
  const first = inTurns(waiting);
  expect(shown(first.now)).toEqual(['a 250', 'a 250', 'b 1']);
  expect(shown(first.later)).toEqual(['a 250', 'a 1', 'c 250']);
  const second = inTurns(first.later);
  expect(shown(second.now)).toEqual(['a 250', 'a 1', 'c 250']);
  expect(second.later).toEqual([]);
});

test('an append that is larger than the limit gets its own transaction, and nothing waits forever', () => {
  let { now, later } = inTurns([append('a', 5_000), append('b', 5_000), append('c', 20)]);
  expect(shown(now)).toEqual(['a 5000', 'c 20']);
  ({ now, later } = inTurns(later));
  expect([shown(now), later]).toEqual([['b 5000'], []]);
});
