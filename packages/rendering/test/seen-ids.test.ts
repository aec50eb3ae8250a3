import { expect, test } from 'vitest';
import { SeenIds } from '../src/seen-ids.js';

test.each([
  ['counted', (n: number) => `fnd_${String(n).padStart(26, '0')}`],
  ['short', (n: number) => n.toString(36)],
])('finds the one repeated id among 200,000 %s ids', (_, idOf) => {
  const seen = new SeenIds();
  for (let n = 0; n < 200_000; n++) seen.add(idOf(n));
  expect(seen.repeated()).toBe(0);
  seen.add(idOf(4_242));
  expect(seen.repeated()).toBe(1);
});
