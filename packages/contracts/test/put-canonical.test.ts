import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, constant, putCanonical } from '../src/index.js';

function partsOf(value: unknown): string[] {
  const parts: string[] = [];
  putCanonical(value, (part) => parts.push(part));
  return parts;
}

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n, wide: '–' }));
const refused = (message: string) =>
  expect.objectContaining({ code: 'json_not_canonical', message: expect.stringContaining(message) });

describe('canonical JSON in parts', () => {
  it('is the same text for any value', () => {
    const list = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 20 });
    const lists = fc.dictionary(fc.string(), fc.oneof(list, fc.jsonValue()));
    const value = fc.oneof(list, lists, fc.array(lists), fc.dictionary(fc.string(), lists));
    fc.assert(
      fc.property(value, (each) => {
        expect(partsOf(each).join('')).toBe(canonicalText(each));
      }),
    );
  });

  it.each([
    ['a list', rows(100)],
    ['a member', { z: 1, list: rows(100), a: 2 }],
    ['a member of a member', { line: { z: 1, list: rows(100), a: 2 } }],
    ['a member of an item', [{ list: rows(100) }, { list: rows(3) }]],
  ])('has each object of a long list as one part, in %s', (_, value) => {
    const parts = partsOf(value);
    expect(parts.join('')).toBe(canonicalText(value));
    expect(parts).toEqual(expect.arrayContaining(rows(100).map((row) => canonicalText(row))));
  });

  it('is one part without a long list', () => {
    const value = { finding: { refs: rows(15), numbers: [...new Array(100).keys()] } };
    expect(partsOf(value)).toEqual([canonicalText(value)]);
  });

  it('names the location of what it refuses', () => {
    const value = { line: { list: [...rows(16), { a: { b: Number.NaN } }] } };
    expect(() => partsOf(value)).toThrowError(refused('$.line.list[16].a.b is NaN'));
  });

  it.each([
    ['a hole in a long list', Object.assign(rows(20), { length: 21 }), '$[20] is undefined'],
    [
      'an object of a class that holds a long list',
      new (class {
        list = rows(20);
      })(),
      '$ is an object of a class',
    ],
    ['an object with toJSON that holds a long list', { list: rows(20), toJSON: () => 1 }, '$ is an object with toJSON'],
    ['a lone surrogate in the name of a long list', { 'a\ud800': rows(20) }, 'a lone surrogate'],
    [
      'what is too deep',
      Array.from({ length: 64 }).reduce((value) => ({ a: value }), { list: rows(20) }),
      'deeper than 64',
    ],
  ])('refuses %s', (_, value, why) => {
    expect(() => partsOf(value)).toThrowError(refused(why));
    expect(() => canonicalText(value)).toThrowError(refused(why));
  });

  it('refuses a cycle of long lists', () => {
    const circle: unknown[] = rows(20);
    circle.push(circle);
    expect(() => partsOf({ circle })).toThrowError(refused('deeper than'));
  });
});

describe('a constant', () => {
  it('has the text that it had before, alone and in a list', () => {
    const value = { b: [{ d: 1, c: '–' }], a: null };
    const text = canonicalText(value);
    expect(canonicalText(constant(value))).toBe(text);
    expect(partsOf({ list: [...rows(20), value] })).toContain(text);
  });

  it('cannot change, and neither can what it holds', () => {
    const value = constant({ list: [{ n: 1 }] });
    expect(() => Object.assign(value, { more: 1 })).toThrow(TypeError);
    expect(() => value.list.push({ n: 2 })).toThrow(TypeError);
    expect(() => Object.assign(value.list[0] as object, { n: 2 })).toThrow(TypeError);
  });

  it('is refused if it has no canonical JSON', () => {
    expect(() => constant({ a: Number.NaN })).toThrowError(refused('$.a is NaN'));
  });
});
