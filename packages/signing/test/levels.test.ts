import { type Level, readTrust, type Trust, verifyPdf } from '@evidence/verify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Authorities,
  extendToLt,
  extendToLta,
  httpRevocationSource,
  httpTimeStampAuthority,
  jwksOf,
  type Signer,
  signPdf,
  timestampPdf,
} from '../src/index.js';
import { type LocalAuthorities, startAuthorities } from './authorities.js';
import { makePdf, plainPdf } from './pdfs.js';
import { raised } from './raised.js';
import { isInstalled, requireTool } from './tools.js';

const LIMITS = { timeoutMs: 2_000, attempts: 2, retryWaitMs: 1 };

let local: LocalAuthorities;
let stranger: LocalAuthorities;
let authorities: Authorities;
let signer: Signer;

const authoritiesOf = (of: LocalAuthorities): Authorities => ({
  timestamps: httpTimeStampAuthority({ url: `${of.url}/tsr`, limits: LIMITS }),
  revocations: httpRevocationSource({ limits: LIMITS }),
  trusted: [of.root],
});

beforeEach((context) => requireTool(context, 'openssl'));

beforeAll(async () => {
  if (!isInstalled('openssl')) return;
  [local, stranger] = await Promise.all([startAuthorities(), startAuthorities()]);
  signer = await local.issueSigner('signer', 'ocsp');
  authorities = authoritiesOf(local);
});

afterEach(() => local?.disturbances.clear());
afterAll(() => Promise.all([local?.stop(), stranger?.stop()]));

const sign = async (pdf: Uint8Array, by = signer) =>
  Buffer.from(
    await signPdf({ pdf, signer: by, reason: 'Evidence report', name: 'Evidence Reports', signedAt: new Date() }),
  );
const trustIn = (...signers: Signer[]): Trust => readTrust(JSON.stringify(jwksOf(signers)));
const verify = (bytes: Uint8Array, by = signer) => verifyPdf({ bytes, trust: trustIn(by), authorities: [local.root] });

describe('raising a signature', () => {
  it.each<Level>(['B-B', 'B-T', 'B-LT', 'B-LTA'])(
    'gives level %s, verified, and does not change the signed bytes',
    async (level) => {
      const signed = await sign(await makePdf(3));
      expect(verify(await raised(level, signed, authorities))).toMatchObject({
        verdict: 'valid',
        level,
        signedContentSha256: verify(signed).signedContentSha256,
      });
    },
  );

  it('uses a revocation list if the certificate names no responder, once for all certificates of its issuer', async () => {
    const listed = await local.issueSigner('listed', 'crl');
    local.asked.length = 0;
    const pdf = await raised('B-LT', await sign(plainPdf(), listed), authorities);
    expect(local.asked).toEqual(['/tsr', '/root.crl']);
    expect(verify(pdf, listed)).toMatchObject({ verdict: 'valid', level: 'B-LT' });
  });

  it('goes only one level at a time', async () => {
    const [signed, stamped] = await Promise.all([sign(plainPdf()), raised('B-T', await sign(plainPdf()), authorities)]);
    const wrong = { name: 'SigningError', code: 'pdf_level_wrong' };
    await expect(timestampPdf(stamped, authorities)).rejects.toMatchObject(wrong);
    await expect(extendToLt(signed, authorities)).rejects.toMatchObject(wrong);
    await expect(extendToLta(stamped, authorities)).rejects.toMatchObject(wrong);
    await expect(timestampPdf(plainPdf(), authorities)).rejects.toMatchObject(wrong);
  });
});

describe('a failing authority is an error, never a lower level:', () => {
  const failing = async (
    level: Level,
    path: string,
    disturb: Parameters<LocalAuthorities['disturbances']['set']>[1],
  ) => {
    const signed = await sign(plainPdf());
    local.asked.length = 0;
    local.disturbances.set(path, disturb);
    return raised(level, signed, authorities);
  };
  const saying =
    (status: number, text = '') =>
    (_: Buffer) => ({ status, body: Buffer.from(text) });

  it.each([
    ['the TSA is down', 'timestamp_unavailable', 'B-T', '/tsr', saying(503), 2],
    ['the TSA hangs up', 'timestamp_unavailable', 'B-T', '/tsr', () => 'hang up' as const, 2],
    ['the TSA returns 404, so it is not called again', 'timestamp_unavailable', 'B-T', '/tsr', saying(404), 1],
    ['the TSA returns HTML', 'timestamp_invalid', 'B-T', '/tsr', saying(200, '<html>'), 1],
    [
      'the TSA sends an endless response',
      'timestamp_unavailable',
      'B-T',
      '/tsr',
      saying(200, 'x'.repeat(5 * 1024 * 1024)),
      1,
    ],
    [
      'the TSA refuses',
      'timestamp_refused',
      'B-T',
      '/tsr',
      () => ({ status: 200, body: Buffer.from('30053003020102', 'hex') }),
      1,
    ],
    ['the responder is down', 'revocation_unavailable', 'B-LT', '/ocsp', saying(500), 3],
    [
      'the responder says "try later"',
      'revocation_unavailable',
      'B-LT',
      '/ocsp',
      () => ({ status: 200, body: Buffer.from('30030a0103', 'hex') }),
      2,
    ],
    ['the revocation list is not one', 'revocation_invalid', 'B-LT', '/root.crl', saying(200, 'list'), 3],
  ] as const)('%s: %s', async (_, code, level, path, disturb, calls) => {
    await expect(failing(level, path, disturb)).rejects.toMatchObject({ name: 'SigningError', code });
    expect(local.asked).toHaveLength(calls);
  });

  it('the connection is refused: timestamp_unavailable', async () => {
    const timestamps = httpTimeStampAuthority({ url: 'http://127.0.0.1:9/tsr', limits: LIMITS });
    await expect(timestampPdf(await sign(plainPdf()), { ...authorities, timestamps })).rejects.toMatchObject({
      code: 'timestamp_unavailable',
    });
  });

  it('there is no response: timestamp_unavailable', async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((__, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const limits = { ...LIMITS, timeoutMs: 10 };
    const timestamps = httpTimeStampAuthority({ url: 'http://127.0.0.1:9/tsr', fetch, limits });
    await expect(timestamps.stamp(Buffer.alloc(32))).rejects.toMatchObject({ code: 'timestamp_unavailable' });
  });

  it('a replayed response, with the nonce of another request: timestamp_invalid', async () => {
    const answers: Buffer[] = [];
    local.disturbances.set('/tsr', (answer) => {
      answers.push(answer);
      return { status: 200, body: answers[0]! };
    });
    await authorities.timestamps.stamp(Buffer.alloc(32));
    await expect(authorities.timestamps.stamp(Buffer.alloc(32))).rejects.toMatchObject({ code: 'timestamp_invalid' });
  });

  it('a token for other data: timestamp_invalid', async () => {
    const timestamps = { stamp: () => authorities.timestamps.stamp(Buffer.alloc(32, 7)) };
    await expect(timestampPdf(await sign(plainPdf()), { ...authorities, timestamps })).rejects.toMatchObject({
      code: 'timestamp_invalid',
    });
  });

  it('an untrusted TSA: authority_unknown', async () => {
    const { timestamps } = authoritiesOf(stranger);
    await expect(timestampPdf(await sign(plainPdf()), { ...authorities, timestamps })).rejects.toMatchObject({
      code: 'authority_unknown',
    });
  });

  it('a certificate that names no revocation source: revocation_source_missing', async () => {
    const nameless = await local.issueSigner('nameless', 'none');
    await expect(raised('B-LT', await sign(plainPdf(), nameless), authorities)).rejects.toMatchObject({
      code: 'revocation_source_missing',
    });
  });

  it.each(['ocsp', 'crl'] as const)(
    'a certificate that is revoked according to its %s: certificate_revoked',
    async (source) => {
      const name = `revoked-${source}`;
      const revoked = await local.issueSigner(name, source);
      const signed = await sign(plainPdf(), revoked);
      await local.revoke(name);
      await expect(raised('B-LT', signed, authorities)).rejects.toMatchObject({ code: 'certificate_revoked' });
    },
  );
});

describe('a certificate that is revoked later', () => {
  it('does not invalidate a file that was archived before', async () => {
    const later = await local.issueSigner('later', 'ocsp');
    const pdf = await raised('B-LTA', await sign(plainPdf(), later), authorities);
    await local.revoke('later');
    expect(verify(pdf, later)).toMatchObject({ verdict: 'valid', level: 'B-LTA' });
  });
});
