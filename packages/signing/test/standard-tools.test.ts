import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Signer, signPdf } from '../src/index.js';
import { makePdf } from './pdfs.js';
import { makeSigner, NOW, temporaryFolder } from './signers.js';

/**
 * What people who do not have our verifier see. Ran with OpenSSL 3.0.19, poppler 22.12, NSS 3.87, qpdf 11.3 and
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

  it('has a CMS that openssl verifies as CAdES, and refuses for other content', async (context) => {
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

  it('is valid and totally signed in pdfsig', (context) => {
    requireTool(context, 'pdfsig');
    const { output } = run('pdfsig', [path]);
    expect(output).toContain('Signature is Valid');
    expect(output).toContain('Total document signed');
    expect(output).toContain('ETSI.CAdES.detached');
  });

  it('is trusted in pdfsig once the authority is', async (context) => {
    requireTool(context, 'pdfsig');
    requireTool(context, 'certutil');
    const nss = `sql:${join(folder, `nss-${findings}`)}`;
    await mkdir(nss.slice('sql:'.length));
    execFileSync('certutil', ['-N', '-d', nss, '--empty-password']);
    const authority = join(keys, 'authority-certificate.pem');
    execFileSync('certutil', ['-A', '-d', nss, '-n', 'authority', '-t', 'CT,C,C', '-i', authority]);
    // Without -no-ocsp, which in pdfsig 22.12 says "Unknown issue" of a certificate that names no OCSP service.
    expect(run('pdfsig', ['-nssdir', nss, path]).output).toContain('Certificate is Trusted');
  });

  it('has no structural error in qpdf', (context) => {
    requireTool(context, 'qpdf');
    const { status, output } = run('qpdf', ['--check', path]);
    expect(output).toContain('No syntax or stream encoding errors found');
    expect(status).toBe(0);
  });

  it('is unchanged since signing in mutool', (context) => {
    requireTool(context, 'mutool');
    expect(run('mutool', ['sign', '-v', path]).output).toContain('The document is unchanged since signing');
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

function requireTool(context: TestContext, tool: string): void {
  const { error } = spawnSync(tool, ['--version']);
  if (error !== undefined) context.skip(`${tool} is not installed`);
}
