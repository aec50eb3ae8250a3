import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf } from '../src/formats.js';
import { readTrust } from '../src/index.js';
import { TRUST, textVector } from './vectors.js';

const pem = (type: 'spki' | 'pkcs8', pair: ReturnType<typeof generateKeyPairSync>) =>
  (type === 'spki' ? pair.publicKey : pair.privateKey).export({ type, format: 'pem' }).toString();

describe('trusted keys', () => {
  it('come from a JWK Set, a certificate or a public key, and are the same key', () => {
    const certificate = textVector('certificate.pem');
    const publicKey = TRUST.keys[0]!.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const keyIds = [textVector('jwks.json'), certificate, publicKey].map((text) => readTrust(text).keys[0]?.keyId);
    expect(new Set(keyIds)).toEqual(new Set([TRUST.keys[0]?.keyId]));
  });

  it('do not include the issuers in a certificate file', () => {
    expect(textVector('certificate.pem').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(readTrust(textVector('certificate.pem')).keys).toHaveLength(1);
  });

  it('have the thumbprint of RFC 7638 §3.1 as their id, not the kid in the set', () => {
    const sample = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      kid: 'another name',
    };
    expect(keyIdOf(createPublicKey({ key: sample, format: 'jwk' }))).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    );
    expect(readTrust(JSON.stringify(sample)).keys[0]?.keyId).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it('may be EC P-256', () => {
    expect(readTrust(pem('spki', ec)).keys[0]).toMatchObject({ algorithm: 'ES256', isDevelopmentKey: false });
  });

  it.each([
    ['an empty set', 'trust_empty', () => '{"keys":[]}'],
    ['an empty file', 'trust_unreadable', () => ''],
    ['plain text', 'trust_unreadable', () => 'trust me'],
    ['broken JSON', 'trust_unreadable', () => '{"keys":'],
    ['a set of something else', 'trust_unreadable', () => '{"keys":[null]}'],
    ['a JWK without its parameters', 'trust_unreadable', () => '{"kty":"RSA"}'],
    ['a symmetric key', 'trust_unreadable', () => '{"kty":"oct","k":"AAAA"}'],
    ['a set that is too large', 'trust_unreadable', () => JSON.stringify({ keys: new Array(101).fill({}) })],
    [
      'a key with two periods',
      'key_repeated',
      () => {
        const [key] = JSON.parse(textVector('jwks.json')).keys;
        return JSON.stringify({ keys: [key, { ...key, kid: 'another', exp: 1 }] });
      },
    ],
    [
      'a key only for encryption',
      'key_unsupported',
      () => JSON.stringify({ ...JSON.parse(textVector('jwks.json')).keys[0], key_ops: ['encrypt'] }),
    ],
    ['a private PEM', 'key_private', () => pem('pkcs8', ec)],
    ['a private JWK', 'key_private', () => JSON.stringify(ec.privateKey.export({ format: 'jwk' }))],
    ['a short RSA key', 'key_unsupported', () => pem('spki', generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    [
      'an RSA key with the exponent 3',
      'key_unsupported',
      () => pem('spki', generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })),
    ],
    ['another curve', 'key_unsupported', () => pem('spki', generateKeyPairSync('ec', { namedCurve: 'P-384' }))],
    ['Ed25519', 'key_unsupported', () => pem('spki', generateKeyPairSync('ed25519'))],
  ])('are refused: %s', (_, code, text) => {
    expect(() => readTrust(text())).toThrowError(expect.objectContaining({ name: 'TrustError', code }));
  });
});
