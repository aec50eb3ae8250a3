import { createHash } from 'node:crypto';
import { isValid } from '@evidence/contracts';
import { expect, test } from 'vitest';
import { hashToken, newToken } from '../src/index.js';

const zeros = (sizeBytes: number) => new Uint8Array(sizeBytes);
const ones = (sizeBytes: number) => new Uint8Array(sizeBytes).fill(0xff);

test('a token is ert_ and 52 base32 characters, however small the number drawn', () => {
  for (const bytes of [zeros, ones]) expect(newToken(bytes).token).toMatch(/^ert_[0-9a-v]{52}$/);
  expect(newToken(zeros).token).toBe(`ert_${'0'.repeat(52)}`);
});

test('the id is independent of the secret and matches the contract', () => {
  const draws: number[] = [];
  const { tokenId } = newToken((sizeBytes) => {
    draws.push(sizeBytes);
    return ones(sizeBytes);
  });
  expect(draws).toEqual([32, 10]);
  expect(tokenId).toBe(`tok_${'v'.repeat(16)}`);
  expect(isValid('Vocabulary.v1', 'OpaqueId', tokenId)).toBe(true);
});

test("only the hash of the whole token's ASCII bytes is kept", () => {
  const { token, sha256 } = newToken(ones);
  expect(sha256).toBe(createHash('sha256').update(Buffer.from(token, 'ascii')).digest('hex'));
  expect(hashToken(token)).toBe(sha256);
});
