import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../src/index.js';

const textOf = (value: unknown): string => Buffer.from(canonicalJson(value)).toString('utf8');

describe('canonical JSON', () => {
  it('writes the sample of RFC 8785 §3.2.2 byte for byte', () => {
    const sample: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(textOf(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts by UTF-16 code unit, so that a surrogate pair comes before U+FB33', () => {
    expect(textOf({ '\ufb33': 1, '\u{1f600}': 2, '\u00f6': 3, '1': 4 })).toBe('{"1":4,"ö":3,"😀":2,"\ufb33":1}');
  });

  it.each([
    ['in order', '{"a":{"b":1,"c":[{"d":2}]},"z":0}'],
    ['out of order at the top', '{"z":0,"a":{"b":1}}'],
    ['out of order below what is in order', '{"a":[[{"c":1,"b":{"y":1,"x":[0,{"n":1,"m":2}]}}]],"b":1}'],
    [
      'named by numbers, which JavaScript lists by their value',
      '{"a":{"10":1,"9":2,"x":3},"1":[{"b":1,"2":2,"10":3}]}',
    ],
    ['named __proto__', '{"z":1,"__proto__":{"b":1,"a":2}}'],
  ])('writes members %s by their names, and changes no value', (_, json) => {
    const value: unknown = JSON.parse(json);
    const before = JSON.stringify(value);
    expect(textOf(value)).toBe(canonicalize(value));
    expect(JSON.stringify(value)).toBe(before);
  });

  it('writes minus zero as 0', () => {
    expect(textOf([-0])).toBe('[0]');
  });

  it('writes any JSON value like the library of the RFC’s authors', () => {
    const value = fc.jsonValue({ maxDepth: 5, noUnicodeString: false });
    const members = fc.dictionary(fc.string({ unit: 'binary' }), value);
    fc.assert(
      fc.property(members, (document) => {
        expect(textOf(document)).toBe(canonicalize(document));
      }),
    );
  });

  it.each([
    ['null', null],
    ['a number', 1],
  ])('writes %s at the deepest level, whatever the order of the members above it', (_, leaf) => {
    const deep = Array.from({ length: 64 }).reduce<unknown>((value) => ({ a: value }), leaf);
    expect(textOf({ b: 0, a: deep })).toBe(textOf({ a: deep, b: 0 }));
  });

  it('writes raw JSON like any object, not as it is', () => {
    const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };
    expect(textOf({ a: rawJSON('1.0') })).toBe('{"a":{"rawJSON":"1.0"}}');
  });

  it('names the location of what it refuses', () => {
    expect(() => canonicalJson({ a: [{ b: 1 }, { c: Number.NaN }] })).toThrow('$.a[1].c is NaN');
  });

  it.each([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['a hole in an array', new Array(1)],
    ['NaN', { a: [Number.NaN] }],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a Date, which would be rewritten', new Date(0)],
    ['a Map, which would be emptied', new Map([[1, 2]])],
    ['an object with toJSON', { toJSON: () => 1 }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrowError(expect.objectContaining({ code: 'json_not_canonical' }));
  });

  it('refuses a cycle, and values that are nested too deeply', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonicalJson(circle)).toThrowError(expect.objectContaining({ code: 'json_not_canonical' }));
  });
});
