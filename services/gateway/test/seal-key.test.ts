import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { ensureSealKey, sealWithHmac } from '../src/adapters/seal-with-hmac.js';

async function keyFile(): Promise<string> {
  const { path, remove } = await tempFolder();
  onTestFinished(remove);
  return join(path, 'gateway', 'seal.key');
}

test('the key is made once, is its owner’s alone, and stays', async () => {
  const file = await keyFile();
  const made = await ensureSealKey(file);
  expect(made).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await ensureSealKey(file)).toEqual(made);
});

test('of gateways that start together all get the same key', async () => {
  const file = await keyFile();
  const keys = await Promise.all(Array.from({ length: 8 }, () => ensureSealKey(file)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
});

test('a key that is too short is refused', () => {
  expect(() => sealWithHmac(Buffer.alloc(16))).toThrow(RangeError);
});

test('a signature is exactly its own text', () => {
  const { sign, verify } = sealWithHmac(Buffer.alloc(32, 1));
  const signature = sign('text');
  expect(verify('text', signature)).toBe(true);
  for (const wrong of ['', `${signature}=`, `${signature} `, signature.slice(0, -1), signature.toUpperCase()]) {
    expect(verify('text', wrong)).toBe(false);
  }
  expect(verify('other', signature)).toBe(false);
});
