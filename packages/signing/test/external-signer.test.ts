import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attest, openExternalSigner, type Signer, type SignRequest, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { makeSigner, NOW, trustIn } from './signers.js';

let holder: ChildProcess;
let url: string;
let inProcess: Signer;
let certificateChainPem: string;

beforeAll(async () => {
  const { folder, signer } = await makeSigner();
  inProcess = signer;
  certificateChainPem = await readFile(join(folder, 'signing-certificate.pem'), 'utf8');
  const program = join(import.meta.dirname, 'key-holder.mjs');
  holder = spawn(process.execPath, [program, join(folder, 'signing-key.pem')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise((resolve, reject) => {
    holder.stdout!.once('data', (line: Buffer) => resolve(String(line).trim()));
    holder.once('exit', (code) => reject(new Error(`the key holder ended with ${code}`)));
  });
});

afterAll(() => holder?.kill());

const asking =
  (path: string) =>
  async ({ bytes, signal }: SignRequest): Promise<Uint8Array> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: Buffer.from(bytes), signal });
    if (!response.ok) throw new Error(`the key holder returned ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
const limits = { deadlineMs: 5_000, attempts: 3, retryWaitMs: 1 };
const open = (path: string, more = {}) =>
  openExternalSigner({ certificateChainPem, now: NOW, sign: asking(path), limits: { ...limits, ...more } });

describe('a key in another process', () => {
  it('gives the same signatures as a key in this process', async () => {
    const request = { pdf: plainPdf(), reason: 'Evidence report', name: 'Evidence Reports' };
    const signed = await signPdf({ ...request, signer: open('/sign') });
    expect(Buffer.from(signed).equals(await signPdf({ ...request, signer: inProcess }))).toBe(true);
    expect(verifyPdf({ bytes: signed, trust: trustIn(inProcess) }).verdict).toBe('valid');
    const claim = { subjectName: 'a', sha256: '00', predicateType: 'https://example.org/v1', predicate: {} };
    expect(await attest({ ...claim, signer: open('/sign') })).toEqual(await attest({ ...claim, signer: inProcess }));
  });

  it('receives the digest to sign, and the algorithm', async () => {
    const asked: SignRequest[] = [];
    const sign = (request: SignRequest) => {
      asked.push(request);
      return asking('/sign')(request);
    };
    await openExternalSigner({ certificateChainPem, now: NOW, sign }).sign(Buffer.from('report'));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ algorithm: 'RS256' });
    expect(Buffer.from(asked[0]!.digest).toString('hex')).toBe(
      '845e91831319e89c4d656bdb80c278ac09a7230d61e5dfd2e1b1fbb436ac8917',
    );
  });

  it('is called again after one failure', async () => {
    const signature = await open('/fail-once').sign(Buffer.from('report'));
    expect(signature).toEqual(new Uint8Array(await inProcess.sign(Buffer.from('report'))));
  });

  it.each([
    ['fails each time', 'signer_unavailable', '/fail', {}],
    ['does not respond by the deadline', 'signer_unavailable', '/hang', { deadlineMs: 50 }],
    ['signs with another key', 'signer_answer_invalid', '/sign-with-another-key', {}],
    ['signs something else', 'signer_answer_invalid', '/sign-something-else', {}],
  ])('that %s is an error: %s', async (_, code, path, more) => {
    await expect(open(path, more).sign(Buffer.from('report'))).rejects.toMatchObject({ name: 'SigningError', code });
  });

  it('that ignores the abort signal is not waited for beyond the deadline', async () => {
    const sign = () => new Promise<Uint8Array>(() => {});
    const signer = openExternalSigner({ certificateChainPem, now: NOW, sign, limits: { deadlineMs: 20 } });
    await expect(signer.sign(Buffer.from('report'))).rejects.toMatchObject({ code: 'signer_unavailable' });
  });

  it('is refused at start if its certificate has expired', () => {
    const now = new Date(NOW.getTime() + 6 * 365 * 24 * 60 * 60 * 1000);
    const opening = () => openExternalSigner({ certificateChainPem, now, sign: asking('/sign') });
    expect(opening).toThrowError(expect.objectContaining({ code: 'certificate_expired' }));
  });
});
