import { describe, expect, it } from 'vitest';
import { readAuthorities, readTrust, type Trust, verifyAttestation, verifyPdf } from '../src/index.js';
import { edited, textVector, vector } from './vectors.js';

const trust = readTrust(textVector('archive.jwks.json'));
const authorities = readAuthorities(textVector('authorities.pem'));
const strangers = readAuthorities(textVector('stranger.authorities.pem'));
const verify = (bytes: Buffer, more: Partial<Parameters<typeof verifyPdf>[0]> = {}) =>
  verifyPdf({ bytes, trust, authorities, ...more });
const [stamped, kept, archived] = ['time-stamped.pdf', 'kept.pdf', 'archived.pdf'].map(vector) as [
  Buffer,
  Buffer,
  Buffer,
];

describe('a PDF with more than a signature', () => {
  it.each([
    ['B-T', stamped, ['timestamp', 'period']],
    ['B-LT', kept, ['timestamp', 'period', 'revocation']],
    ['B-LTA', archived, ['timestamp', 'period', 'revocation', 'timestamp']],
  ] as const)('is valid at level %s and names the authority that vouches for the time', (level, bytes, checks) => {
    const verification = verify(bytes);
    expect(verification).toMatchObject({ verdict: 'valid', level, signingTime: { basis: 'timestamp' } });
    const names = verification.checks.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...checks]));
    expect(verification.doesNotProve.join()).toContain('no later than 2026-11-24T00:14:');
    expect(
      verification.doesNotProve.join().includes('revocation and the certificate’s expiry date are not checked'),
    ).toBe(level === 'B-T');
  });

  it('has the same digest of the signed bytes at every level', () => {
    const digests = [stamped, kept, archived].map((bytes) => verify(bytes).signedContentSha256);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(digests).size).toBe(1);
  });

  it.each([stamped, kept, archived])(
    'is never accepted at a lower level if no authority, or another one, is trusted',
    (bytes) => {
      expect(verify(bytes, { authorities: [] }).verdict).toBe('authority_unknown');
      expect(verify(bytes, { authorities: strangers }).verdict).toBe('authority_unknown');
    },
  );

  it('is refused at a level that it does not have, for example because its time-stamp was cut off', () => {
    const cut = archived.subarray(0, archived.indexOf('%%EOF\n', archived.indexOf('/DSS')) + '%%EOF\n'.length);
    expect(verify(cut)).toMatchObject({ verdict: 'valid', level: 'B-LT' });
    expect(verify(cut, { atLeast: 'B-LTA' }).verdict).toBe('level_too_low');
    expect(verify(archived, { atLeast: 'B-LTA' }).verdict).toBe('valid');
  });
});

describe('the attack', () => {
  const appended = '7 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\nxref\n7 1\n0000000000 00000 n \n';
  const revision = (bytes: Buffer) => {
    const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(bytes.toString('latin1'))![1];
    const trailer = `trailer\n<< /Size 99 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${bytes.length + 56}\n%%EOF\n`;
    return Buffer.concat([bytes, Buffer.from(appended + trailer, 'latin1')]);
  };

  it.each([
    ['appended revision, after a time-stamp', revision(stamped)],
    ['appended revision, after a security store', revision(kept)],
    ['appended revision, after a document time-stamp', revision(archived)],
    ['appended byte, after a security store', Buffer.concat([kept, Buffer.from('\n')])],
    ['appended byte, after a document time-stamp', Buffer.concat([archived, Buffer.from('\n')])],
    ['cut byte, after a document time-stamp', archived.subarray(0, -1)],
    ['ByteRange that omits the security store', withByteRange(archived, kept.length)],
    ['security store in place of the original', swappedStore()],
    ['second security store', Buffer.concat([kept, kept.subarray(stamped.length)])],
    ['second document time-stamp', Buffer.concat([archived, archived.subarray(kept.length)])],
    ['signature in place of a document time-stamp', withGapOf(archived, stamped)],
  ])('%s is refused', (_, bytes) => {
    expect(verify(bytes).verdict).not.toBe('valid');
  });
});

describe('a time-stamped attestation', () => {
  const report = vector('report.json');
  const envelope = vector('time-stamped.dsse.json');
  const timestamp = vector('time-stamped.dsse.json.tst');
  const check = (more: Partial<Parameters<typeof verifyAttestation>[0]> = {}) =>
    verifyAttestation({ artifact: { bytes: report }, envelope, trust, timestamp, authorities, ...more });

  it('is valid, with the time of the authority', () => {
    expect(check()).toMatchObject({ verdict: 'valid', signingTime: { basis: 'timestamp' } });
    const { timestamp: _, ...without } = { artifact: { bytes: report }, envelope, trust, timestamp };
    expect(verifyAttestation(without)).toMatchObject({ verdict: 'valid', signingTime: { basis: 'claimed' } });
  });

  it('is refused with the time-stamp of something else, or from an untrusted authority', () => {
    const token = Buffer.from(
      /<([0-9A-F]{1000,}?)(?:00)*>/.exec(archived.subarray(kept.length).toString('latin1'))![1]!,
      'hex',
    );
    expect(check({ timestamp: token }).verdict).toBe('timestamp_invalid');
    expect(check({ timestamp: Buffer.alloc(0) }).verdict).toBe('timestamp_invalid');
    expect(check({ authorities: strangers }).verdict).toBe('authority_unknown');
  });
});

describe('a key with a period', () => {
  const withPeriod = (nbf: string, exp?: string): Trust => {
    const set = JSON.parse(textVector('archive.jwks.json'));
    const seconds = (time: string) => Date.parse(time) / 1000;
    set.keys[0] = { ...set.keys[0], nbf: seconds(nbf), ...(exp && { exp: seconds(exp) }) };
    return readTrust(JSON.stringify(set));
  };

  it.each([
    ['in use at the time of the time-stamp', 'valid', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['retired before the time-stamp', 'key_retired', '2026-11-01T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['first used after the time-stamp', 'key_not_yet_valid', '2026-11-25T00:00:00Z', undefined],
  ])('%s: %s', (_, verdict, nbf, exp) => {
    expect(verify(archived, { trust: withPeriod(nbf, exp) }).verdict).toBe(verdict);
  });

  it('is judged by the signer’s claim if there is no time-stamp, with a caveat', () => {
    const retired = withPeriod('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z');
    const claim = {
      artifact: { bytes: vector('report.json') },
      envelope: vector('time-stamped.dsse.json'),
      trust: retired,
    };
    const verification = verifyAttestation(claim);
    expect(verification.verdict).toBe('valid');
    expect(verification.doesNotProve.join()).toContain('its period ends at 2026-12-01T00:00:00.000Z');
    const earlier = { ...claim, trust: withPeriod('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z') };
    expect(verifyAttestation(earlier).verdict).toBe('key_retired');
  });

  it('proves nothing once it is retired, if no time is stated at all', () => {
    const set = JSON.parse(textVector('jwks.json'));
    set.keys[0].exp = Date.parse('2030-01-01T00:00:00Z') / 1000;
    const artifact = { bytes: vector('report.json') };
    const envelope = vector('report.json.dsse.json');
    expect(verifyAttestation({ artifact, envelope, trust: readTrust(JSON.stringify(set)) }).verdict).toBe(
      'key_retired',
    );
  });
});

/** The /ByteRange of the document time-stamp, which follows `from`, covers 100 bytes less before its gap. */
function withByteRange(bytes: Buffer, from: number): Buffer {
  const [range] = /\/ByteRange \[0 \d+ \d+ \d+\] */.exec(bytes.toString('latin1', from))!;
  const [, a, b, c] = /\[0 (\d+) (\d+) (\d+)\]/.exec(range)!.map(Number) as [number, number, number, number];
  const changed = `/ByteRange [0 ${a - 100} ${b} ${c}]`.padEnd(range.length);
  return Buffer.concat([bytes.subarray(0, from), edited(bytes.subarray(from), range, changed)]);
}

/** The store of kept.pdf, with the status of one certificate twice and without that of another. */
function swappedStore(): Buffer {
  return Buffer.from(
    kept.toString('latin1').replace(/\/OCSPs \[(\d+) 0 R\]/, (_, object) => `/OCSPs [${object - 1} 0 R]`),
    'latin1',
  );
}

/** The last gap of `bytes`, filled with the first one of `other`, which is another signature. */
function withGapOf(bytes: Buffer, other: Buffer): Buffer {
  const from = bytes.lastIndexOf('/Contents <') + '/Contents <'.length;
  const start = other.indexOf('/Contents <') + '/Contents <'.length;
  const copy = Buffer.from(bytes);
  other.copy(copy, from, start, start + 24 * 1024);
  return copy;
}
