import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/call/problem.js';
import { DEPTH_MAX, parseStrictJson } from '../../../src/core/http/strict-json.js';

const SEED = 20261124;

function refusal(text: string): unknown {
  try {
    return { accepted: parseStrictJson(text) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.facts.field ?? error.message;
  }
}

test('strict JSON is read as by JSON.parse', () => {
  const values = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test.each([
  ['{"a":1,"a":1}', '/a'],
  ['{"a":1,"\\u0061":2}', '/a'],
  ['{"a":{"b":[0,{"c":1,"d":{},"c":2}]}}', '/a/b/1/c'],
  ['[[],{"x/y":1,"x/y":2}]', '/1/x~1y'],
  ['{"a":"\\"","b":"{\\\\","a":0}', '/a'],
  ['{"":1,"":2}', '/'],
])('a duplicate name in %s is found at %s', (text, pointer) => {
  expect(refusal(text)).toBe(pointer);
});

test.each(['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', '{"a":"a","b":"a"}', '["a","a"]', '{"title":"😀"}', '0'])(
  '%s has no duplicate name',
  (text) => {
    expect(refusal(text)).toEqual({ accepted: JSON.parse(text) });
  },
);

test.each([
  ['{"title":"\\ud83d"}', '/title'],
  ['{"title":"\\ude00\\ud83d"}', '/title'],
  ['{"a":["ok","\\udfff"]}', '/a/1'],
])('a lone surrogate in %s is found at %s', (text, pointer) => {
  expect(refusal(text)).toBe(pointer);
});

test('the depth is limited, even for extreme nesting', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(refusal(nested(DEPTH_MAX))).toHaveProperty('accepted');
  expect(refusal(nested(DEPTH_MAX + 1))).toMatch('/0/0/0');
  expect(refusal(nested(500_000))).toMatch('/0/0/0');
  expect(refusal(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatch('/a/a/a');
  expect(refusal('['.repeat(1_000_000))).toMatch('not valid JSON');
});
