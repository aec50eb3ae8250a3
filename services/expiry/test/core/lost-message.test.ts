import { expect, test } from 'vitest';
import { isLost } from '../../src/core/lost-message.js';

const HOUR = 3_600_000;
const standing = { sinceMs: 0, untilMs: HOUR };

test.each<[string, number, number, boolean]>([
  ['has been stalled for less than a minute', 0, 59_999, false],
  ['waits although the queue is empty', 0, 60_000, true],
  ['waits in a queue', 1, 60_000, false],
  ['has waited in a queue for almost half of its time', 900, HOUR / 2 - 1, false],
  ['has waited in a queue for half of its time', 900, HOUR / 2, true],
])('the message of a report that %s', (_, pending, nowMs, lost) => {
  expect(isLost(standing, pending, nowMs)).toBe(lost);
});
