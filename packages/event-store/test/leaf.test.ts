import { createHash } from 'node:crypto';
import { canonicalJson } from '@evidence/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafOf } from '../src/leaf.js';

const where = { id: '0e6b1f5c-0b5e-4f0e-9f67-3b1de4f2a7c1', stream: 'report-é', revision: 12n, type: 'A' };
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** The definition of /contracts/README.md, step by step. */
function decided(data: unknown, metadata: unknown): Buffer {
  const { id, stream, revision, type } = where;
  const canonical = canonicalJson({ id, stream, revision: String(revision), type, data, metadata });
  return createHash('sha256').update(Buffer.of(0)).update(canonical).digest();
}

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).filter((value) => typeof value === 'object');

test('a leaf is SHA-256 over 0 and the canonical JSON of the event, whatever the order of its members', () => {
  fc.assert(
    fc.property(json, json, (data, metadata) => {
      const [one, other] = [JSON.parse(JSON.stringify(data)), JSON.parse(JSON.stringify(metadata))];
      expect(leafOf({ ...where, data: bytes(data), metadata: bytes(metadata) })).toEqual(decided(one, other));
    }),
    { seed: 20261129, numRuns: 500 },
  );
});

test.each([
  ['whole numbers as keys, which JavaScript moves', '{"10":1,"9":2,"a":{"2":0,"10":1}}'],
  ['__proto__ as a key', '{"z":1,"__proto__":{"a":1}}'],
  ['numbers of every form', '{"a":[1e21,-0,1.50,1E2,0.000001,1e-7,9007199254740993]}'],
  ['characters that are escaped', '{"a":"\\u0000\\u001f\\"\\\\/\\n\\u00e9 \\\\ud800"}'],
  ['white space between members', '{ "b" : 1 ,\n "a" : [ ] }'],
])('a leaf uses the canonical form of %s', (_, text) => {
  const leaf = leafOf({ ...where, data: Buffer.from(text), metadata: Buffer.alloc(0) });
  expect(leaf).toEqual(decided(JSON.parse(text), {}));
});

test.each([
  ['bytes that are not JSON', Buffer.from('no JSON')],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['half a character', Buffer.from('{"a":"\\ud800"}')],
])('a leaf contains %s as base64', (_, data) => {
  const metadata = bytes({});
  const leaf = leafOf({ ...where, data, metadata });
  expect(leaf).toEqual(decided({ base64: data.toString('base64') }, {}));
});
