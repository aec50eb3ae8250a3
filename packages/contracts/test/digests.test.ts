import { expect, test } from 'vitest';
import { BASE32, BASE32_HEX, base32Of, documentSchemas, numberOf, SEVERITIES, sha256Of } from '../src/index.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a digest is SHA-256 in lower-case hex, of bytes or of the text in UTF-8 (FIPS 180-4, "abc")', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect([sha256Of('abc'), sha256Of(bytesOf('abc'))]).toEqual([abc, abc]);
  expect(sha256Of('é')).toBe(sha256Of(bytesOf('é')));
});

test('base32 has the digits of RFC 4648 §10, in lower case', () => {
  const fooba = numberOf(bytesOf('fooba'));
  expect(base32Of(fooba, 8, BASE32)).toBe('mzxw6ytb');
  expect(base32Of(fooba, 8, BASE32_HEX)).toBe('cpnmuoj1');
});

test('a small number is padded on the left, and a large one keeps its lowest digits', () => {
  expect(base32Of(numberOf(new Uint8Array(16)), 26, BASE32_HEX)).toBe('0'.repeat(26));
  expect(base32Of(numberOf(new Uint8Array(0)), 2, BASE32_HEX)).toBe('00');
  expect(base32Of(0x7fffn, 2, BASE32_HEX)).toBe('vv');
});

test('severities are those of the vocabulary, in its order', () => {
  expect(SEVERITIES).toEqual(documentSchemas['Vocabulary.v1'].$defs.Severity.enum);
});
