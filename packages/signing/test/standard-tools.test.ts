import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEVELS, type Level } from '@evidence/verify';
import { imprintOf, readRevisions, readSignedData, unpadded } from '@evidence/verify/formats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpRevocationSource, httpTimeStampAuthority, type Signer, signPdf } from '../src/index.js';
import { type LocalAuthorities, startAuthorities } from './authorities.js';
import { makePdf } from './pdfs.js';
import { raised } from './raised.js';
import { makeSigner, NOW, temporaryFolder } from './signers.js';
import { isInstalled, requireTool } from './tools.js';

/**
 * The results of people without our verifier. Run with OpenSSL 3.0.19, poppler 22.12, NSS 3.87, qpdf 11.3 and
 * mupdf 1.21 (Debian 12, 2026-11-23).
 */

let signer: Signer;
let keys: string;
let folder: string;

beforeAll(async () => {
  ({ signer, folder: keys } = await makeSigner());
  folder = await temporaryFolder();
});

describe.each([3, 1500])('a signed PDF of %i findings', (findings) => {
  let path: string;
  let signed: Buffer;

  beforeAll(async () => {
    const pdf = await makePdf(findings);
    signed = Buffer.from(
      await signPdf({ pdf, signer, reason: 'Evidence report', name: 'Evidence Reports', signedAt: NOW }),
    );
    path = join(folder, `signed-${findings}.pdf`);
    await writeFile(path, signed);
  });

  it('has a CMS that openssl verifies as CAdES, and rejects for other content', async (context) => {
    requireTool(context, 'openssl');
    const [, gapStart, gapEnd] = /\/ByteRange \[0 (\d+) (\d+)/.exec(signed.toString('latin1'))!.map(Number);
    const cms = join(folder, `${findings}.cms`);
    const content = join(folder, `${findings}.content`);
    await writeFile(cms, Buffer.from(signed.toString('latin1', gapStart! + 1, gapEnd! - 1), 'hex'));
    await writeFile(content, Buffer.concat([signed.subarray(0, gapStart), signed.subarray(gapEnd)]));
    expect(run('openssl', cmsVerify(cms, content)).output).toContain('CAdES Verification successful');

    await writeFile(content, 'other');
    expect(run('openssl', cmsVerify(cms, content)).status).not.toBe(0);
  });

  it('is valid and totally signed according to pdfsig', (context) => {
    requireTool(context, 'pdfsig');
    const { output } = run('pdfsig', [path]);
    expect(output).toContain('Signature is Valid');
    expect(output).toContain('Total document signed');
    expect(output).toContain('ETSI.CAdES.detached');
  });

  it('is trusted according to pdfsig once the authority is trusted', async (context) => {
    requireTool(context, 'pdfsig');
    requireTool(context, 'certutil');
    const nss = `sql:${join(folder, `nss-${findings}`)}`;
    await mkdir(nss.slice('sql:'.length));
    execFileSync('certutil', ['-N', '-d', nss, '--empty-password']);
    const authority = join(keys, 'authority-certificate.pem');
    execFileSync('certutil', ['-A', '-d', nss, '-n', 'authority', '-t', 'CT,C,C', '-i', authority]);
    // Without -no-ocsp: with it, pdfsig 22.12 reports "Unknown issue" for a certificate that names no OCSP service.
    expect(run('pdfsig', ['-nssdir', nss, path]).output).toContain('Certificate is Trusted');
  });

  it('has no structural error according to qpdf', (context) => {
    requireTool(context, 'qpdf');
    const { status, output } = run('qpdf', ['--check', path]);
    expect(output).toContain('No syntax or stream encoding errors found');
    expect(status).toBe(0);
  });

  it('is unchanged since signing according to mutool', (context) => {
    requireTool(context, 'mutool');
    expect(run('mutool', ['sign', '-v', path]).output).toContain('The document is unchanged since signing');
  });
});

describe('an archived PDF', () => {
  let local: LocalAuthorities;
  let pdfs: Map<Level, Buffer>;

  beforeEach((context) => requireTool(context, 'openssl'));
  beforeAll(async () => {
    if (!isInstalled('openssl')) return;
    local = await startAuthorities();
    const listed = await local.issueSigner('signer', 'ocsp');
    const request = { signer: listed, reason: 'Evidence report', name: 'Evidence Reports', signedAt: new Date() };
    const signed = await signPdf({ pdf: await makePdf(3), ...request });
    const authorities = {
      timestamps: httpTimeStampAuthority({ url: `${local.url}/tsr` }),
      revocations: httpRevocationSource(),
      trusted: [local.root],
    };
    pdfs = new Map();
    for (const level of LEVELS) pdfs.set(level, await raised(level, signed, authorities));
    for (const [level, pdf] of pdfs) await writeFile(join(folder, `${level}.pdf`), pdf);
  });

  afterAll(() => local?.stop());

  const gapsOf = (pdf: Buffer): { from: number; to: number; der: Buffer }[] =>
    [...pdf.toString('latin1').matchAll(/\/Contents (<[0-9A-F]{1000,}>)/g)].map((match) => {
      const from = match.index + '/Contents '.length;
      return { from, to: from + match[1]!.length, der: Buffer.from(match[1]!.slice(1, -1), 'hex') };
    });
  /** `openssl ts -verify` of `token` over a digest: an independent reading of RFC 3161. */
  const tsVerify = async (token: Uint8Array, sha256: string): Promise<string> => {
    await writeFile(join(folder, 'token'), token);
    const args = ['ts', '-verify', '-token_in', '-in', join(folder, 'token'), '-digest', sha256];
    return run('openssl', [...args, '-CAfile', join(local.folder, 'root.crt')]).output;
  };

  it.for(LEVELS)('of level %s has no structural error according to qpdf', (level, context) => {
    requireTool(context, 'qpdf');
    expect(run('qpdf', ['--check', join(folder, `${level}.pdf`)]).output).toContain(
      'No syntax or stream encoding errors',
    );
  });

  it.for(LEVELS)('of level %s has a valid signature according to pdfsig', (level, context) => {
    requireTool(context, 'pdfsig');
    const { output } = run('pdfsig', ['-nocert', join(folder, `${level}.pdf`)]);
    expect(output).toContain('Signature is Valid');
    expect(output.match(/Signature #/g)).toHaveLength(level === 'B-LTA' ? 2 : 1);
  });

  it.for(['B-B', 'B-T'] as const)('of level %s is unchanged since signing according to mutool', (level, context) => {
    requireTool(context, 'mutool');
    expect(run('mutool', ['sign', '-v', join(folder, `${level}.pdf`)]).output).toContain('unchanged since signing');
  });

  it('keeps a CMS that openssl verifies as CAdES, including its time-stamp', async (context) => {
    requireTool(context, 'openssl');
    const pdf = pdfs.get('B-T')!;
    const [{ from, to, der } = { from: 0, to: 0, der: pdf }] = gapsOf(pdf);
    const [cms, content] = [join(folder, 'b-t.cms'), join(folder, 'b-t.content')];
    await writeFile(cms, der);
    await writeFile(content, Buffer.concat([pdf.subarray(0, from), pdf.subarray(to)]));
    const args = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', content];
    const trusted = ['-CAfile', join(local.folder, 'root.crt'), '-out', '/dev/null'];
    expect(run('openssl', [...args, ...trusted]).output).toContain('CAdES Verification successful');
  });

  it('has time-stamps that openssl verifies, of the signature and of the whole file', async (context) => {
    requireTool(context, 'openssl');
    const pdf = pdfs.get('B-LTA')!;
    const [signature, documentTimestamp] = gapsOf(pdf);
    const { timestamp, signature: value } = readSignedData(unpadded(signature!.der)!);
    expect(await tsVerify(timestamp!, imprintOf(value).toString('hex'))).toContain('Verification: OK');
    expect(await tsVerify(timestamp!, '00'.repeat(32))).toContain('Verification: FAILED');

    const { from, to, der } = documentTimestamp!;
    const whole = createHash('sha256').update(pdf.subarray(0, from)).update(pdf.subarray(to)).digest('hex');
    expect(await tsVerify(unpadded(der)!, whole)).toContain('Verification: OK');
  });

  it('has a store whose OCSP response and revocation list openssl reads', async (context) => {
    requireTool(context, 'openssl');
    const store = readRevisions(pdfs.get('B-LTA')!).store!;
    const [ocsp, crl] = [join(folder, 'stored.ocsp'), join(folder, 'stored.crl')];
    await writeFile(ocsp, store.ocspResponses[0]!);
    await writeFile(crl, store.crls[0]!);
    const root = join(local.folder, 'root.crt');
    const asked = ['-issuer', root, '-cert', join(local.folder, 'signer.crt'), '-CAfile', root];
    expect(run('openssl', ['ocsp', '-respin', ocsp, ...asked]).output).toMatch(
      /signer\.crt: good[\s\S]*Response verify OK/,
    );
    expect(run('openssl', ['crl', '-inform', 'DER', '-in', crl, '-CAfile', root, '-noout']).output).toContain(
      'verify OK',
    );
  });
});

const cmsVerify = (cms: string, content: string): string[] => [
  ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', content],
  ...['-CAfile', join(keys, 'authority-certificate.pem'), '-attime', String(NOW.getTime() / 1000), '-out', '/dev/null'],
];

function run(tool: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
