import crypto from 'node:crypto';
import { stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { ensureSealKey, sealWithHmac } from '../../src/adapters/seal-with-hmac.js';

async function keyFile(): Promise<string> {
  const { path, remove } = await tempFolder();
  onTestFinished(remove);
  return join(path, 'gateway', 'seal.key');
}

test('the key is created once, is readable only by its owner, and is kept', async () => {
  const file = await keyFile();
  const made = await ensureSealKey(file);
  expect(made).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await ensureSealKey(file)).toEqual(made);
});

test('gateways that start together all get the same key', async () => {
  const file = await keyFile();
  const keys = await Promise.all(Array.from({ length: 8 }, () => ensureSealKey(file)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
});

test('a key that is too short is refused', () => {
  expect(() => sealWithHmac(Buffer.alloc(16))).toThrow(RangeError);
});

test('a signature is accepted only in exactly the form in which it was made', () => {
  const { sign, verify } = sealWithHmac(Buffer.alloc(32, 1));
  const signature = sign('text');
  expect(verify('text', signature)).toBe(true);
  for (const wrong of ['', `${signature}=`, `${signature} `, signature.slice(0, -1), signature.toUpperCase()]) {
    expect(verify('text', wrong)).toBe(false);
  }
  expect(verify('other', signature)).toBe(false);
});

test('signatures are compared in constant time', () => {
  const { sign, verify } = sealWithHmac(Buffer.alloc(32, 1));
  const signature = sign('text');
  const own = crypto.timingSafeEqual;
  const compared: string[] = [];
  crypto.timingSafeEqual = (one, other) => {
    compared.push(String(one));
    return own(one, other);
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    crypto.timingSafeEqual = own;
    syncBuiltinESMExports();
  });
  for (const wrong of [`A${signature.slice(1)}`, `${signature.slice(0, -1)}A`]) {
    compared.length = 0;
    expect(verify('text', wrong)).toBe(false);
    expect(compared).toEqual([wrong]);
  }
});
