import { describe, expect, it } from 'vitest';
import { readSignedData } from '../src/cms.js';
import { DerError, der, membersOf, objectIdentifier, readDer, sequence, setOf, smallInteger } from '../src/der.js';
import { preAuthenticationEncoding } from '../src/index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it('writes the object identifier of RSA as X.690 §8.19 encodes it', () => {
    expect(hex(objectIdentifier('1.2.840.113549'))).toBe('06062a864886f70d');
  });

  it('writes the length in as few octets as there can be', () => {
    expect(hex(der(4, Buffer.alloc(127))).slice(0, 4)).toBe('047f');
    expect(hex(der(4, Buffer.alloc(128))).slice(0, 6)).toBe('048180');
    expect(hex(der(4, Buffer.alloc(256))).slice(0, 8)).toBe('04820100');
  });

  it('sorts a set by encoding', () => {
    expect(hex(setOf([smallInteger(2), smallInteger(1)]))).toBe('3106020101020102');
  });

  it('reads back what it writes', () => {
    const value = sequence(smallInteger(5), der(4, Buffer.alloc(300)));
    expect(membersOf(readDer(value)).map((member) => member.content.length)).toEqual([1, 300]);
  });

  it.each([
    ['nothing', ''],
    ['a header alone', '30'],
    ['less than it says', '300201'],
    ['an indefinite length', '30800000'],
    ['a length that starts with zero', `308200${'01'}00`],
    ['a long length for a short value', '04810100'],
    ['a length of five octets', '308500000000010000'],
    ['bytes behind the value', '05000000'],
  ])('refuses %s', (_, bytes) => {
    expect(() => readDer(Buffer.from(bytes, 'hex'))).toThrow(DerError);
  });

  it('refuses a sequence that is no signature, at whatever depth it ends', () => {
    expect(() => readSignedData(sequence())).toThrow(DerError);
    expect(() => readSignedData(sequence(objectIdentifier('1.2.840.113549.1.7.2'), der(0xa0, sequence())))).toThrow(
      DerError,
    );
  });
});

describe('DSSE', () => {
  it('encodes the sample of its protocol.md', () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(String(encoded)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, not characters', () => {
    expect(String(preAuthenticationEncoding('é', Buffer.from('ü')))).toBe('DSSEv1 2 é 2 ü');
  });
});
