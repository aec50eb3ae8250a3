import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutNumbersOfPython } from '../src/parse/json/python-numbers.js';
import { inChunks } from './importing.js';

async function filtered(text: string, chunkBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of withoutNumbersOfPython(inChunks(text, chunkBytes))) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

it('Python’s numbers that JSON does not have become null, wherever chunks end', async () => {
  const text = '{"a":NaN,"b":[Infinity,-Infinity,-1.5e-3],"NaN":"NaN \\" -Infinity \\\\","c":-NaN}';
  const expected = '{"a":null,"b":[null,null,-1.5e-3],"NaN":"NaN \\" -Infinity \\\\","c":null}';
  for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++)
    expect(await filtered(text, chunkBytes)).toBe(expected);
});

it('valid JSON is unchanged, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'binary' }), fc.integer({ min: 1, max: 40 }), async (json, chunkBytes) => {
      expect(await filtered(json, chunkBytes)).toBe(json);
    }),
    { seed: 20261129 },
  );
});
