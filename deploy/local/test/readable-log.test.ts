import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { readable } from '../src/readable-log.js';

const shown = (line: string, { from = 'stdout', all = false }: { from?: 'stdout' | 'stderr'; all?: boolean } = {}) => {
  const text = readable('mapping', line, from, all);
  return text === undefined ? undefined : stripVTControlCharacters(text).trim();
};

test('an error is shown with its cause', () => {
  const line = JSON.stringify({ level: 50, msg: 'no snapshot', err: { message: 'ENOENT: gone' } });
  expect(shown(line)).toBe('mapping      no snapshot: ENOENT: gone');
});

test('an ordinary line is only in the log file, unless all lines are wanted', () => {
  const line = JSON.stringify({ level: 30, msg: 'report mapped' });
  expect(shown(line)).toBeUndefined();
  expect(shown(line, { all: true })).toBe('mapping      report mapped');
});

test('a warning of nats-server is shown, its banner is not', () => {
  expect(shown('[7] 2026/11/23 23:02:54.046930 [WRN] disk is slow')).toBe('mapping      disk is slow');
  expect(shown('[7] 2026/11/23 23:02:54.046930 [INF] Server is ready')).toBeUndefined();
});

test('plain text on standard error is shown, because a crash writes it', () => {
  expect(shown('TypeError: x is not a function', { from: 'stderr' })).toBe(
    'mapping      TypeError: x is not a function',
  );
  expect(shown('listening')).toBeUndefined();
  expect(shown('', { from: 'stderr' })).toBeUndefined();
});

test('broken JSON is treated as text', () => {
  expect(shown('{"level":50,', { from: 'stderr' })).toBe('mapping      {"level":50,');
});
