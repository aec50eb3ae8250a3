import { expect, test } from 'vitest';
import { FairTurns } from '../../src/core/fair-turns.js';

const waiting = (slots: number, ...asked: readonly string[]) => {
  const turns = new FairTurns<string>(slots);
  for (const item of asked) turns.add(item[0] ?? '', item);
  return turns;
};
/** The work that starts now. */
const begun = (turns: FairTurns<string>) => {
  const items: string[] = [];
  for (let item = turns.next(); item !== undefined; item = turns.next()) items.push(item);
  return items;
};

test('tenants take turns, and each tenant’s requests are served in order', () => {
  const turns = waiting(1, 'a1', 'a2', 'a3', 'b1', 'b2');
  const order: string[] = [];
  for (let item = turns.next(); item !== undefined; item = turns.next()) {
    order.push(item);
    turns.end(item[0] ?? '');
  }
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('a free slot goes to the tenant with the least running', () => {
  const turns = waiting(3, 'a1', 'a2');
  expect(begun(turns)).toEqual(['a1', 'a2']);
  for (const item of ['b1', 'a3', 'b2', 'c1']) turns.add(item[0] ?? '', item);
  expect(begun(turns)).toEqual(['b1']);
  turns.end('a');
  expect(begun(turns)).toEqual(['c1']);
  turns.end('a');
  expect(begun(turns)).toEqual(['a3']);
  expect(turns.length).toBe(1);
});

test('removed work never starts', () => {
  const turns = waiting(1, 'a1', 'a2', 'b1');
  expect(begun(turns)).toEqual(['a1']);
  expect(turns.clear()).toEqual(['a2', 'b1']);
  turns.end('a');
  expect(begun(turns)).toEqual([]);
});
