import { describe, expect, it } from 'vitest';
import {
  DerError,
  der,
  membersOf,
  objectIdentifier,
  readDer,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '../src/asn1/der.js';
import { readSignedData } from '../src/cms/signed-data.js';
import { preAuthenticationEncoding } from '../src/formats.js';
import { readExtensions } from '../src/x509/extensions.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it('writes the object identifier of RSA as X.690 §8.19 encodes it', () => {
    expect(hex(objectIdentifier('1.2.840.113549'))).toBe('06062a864886f70d');
  });

  it('writes an object identifier whose first two arcs take two octets, the example of X.690 §8.19.5', () => {
    expect(hex(objectIdentifier('2.100.3'))).toBe('0603813403');
    expect(hex(objectIdentifier('2.999'))).toBe('06028837');
  });

  it('writes the length in as few octets as possible', () => {
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
    ['no bytes', ''],
    ['a header alone', '30'],
    ['less content than stated', '300201'],
    ['an indefinite length', '30800000'],
    ['a length that starts with zero', `308200${'01'}00`],
    ['a long length for a short value', '04810100'],
    ['a length of five octets', '308500000000010000'],
    ['bytes after the value', '05000000'],
  ])('refuses %s', (_, bytes) => {
    expect(() => readDer(Buffer.from(bytes, 'hex'))).toThrow(DerError);
  });

  it('refuses a sequence that is not a signature, at any depth', () => {
    expect(() => readSignedData(sequence())).toThrow(DerError);
    expect(() => readSignedData(sequence(objectIdentifier('1.2.840.113549.1.7.2'), der(0xa0, sequence())))).toThrow(
      DerError,
    );
  });
});

describe('an extension', () => {
  const extension = (...members: Uint8Array[]) =>
    readExtensions(readDer(sequence(sequence(objectIdentifier('2.5.29.15'), ...members))));
  const value = der(TAG.octetString, Buffer.of(5, 0));

  it.each([
    ['TRUE', 0xff, true],
    ['FALSE, although DER omits it', 0x00, false],
  ])('is read as critical or not: %s', (_, octet, critical) => {
    expect(extension(der(TAG.boolean, Buffer.of(octet)), value)).toMatchObject([{ critical }]);
  });

  it.each([
    ['without a value', []],
    ['with another tag for critical', [smallInteger(1), value]],
    ['with two values', [value, value]],
    ['with a boolean of two octets', [der(TAG.boolean, Buffer.of(0, 0)), value]],
  ])('is refused %s', (_, members) => {
    expect(() => extension(...members)).toThrow(DerError);
  });
});

describe('DSSE', () => {
  it('encodes the example in its protocol.md', () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(String(encoded)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, not characters', () => {
    expect(String(preAuthenticationEncoding('é', Buffer.from('ü')))).toBe('DSSEv1 2 é 2 ü');
  });
});
