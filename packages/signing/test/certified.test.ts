import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrust, verifyAttestation, verifyCommand, verifyPdf } from '@evidence/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { attest, jwksOf, reasonOf, type Signer, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { makeEcSigner, makeSigner, NOW, temporaryFolder, trustIn } from './signers.js';

const ID = 'rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4';
const LAYOUT = "page layout chosen by the tenant's template";

let signer: Signer;
let folder: string;
beforeAll(async () => {
  ({ signer } = await makeSigner());
  folder = await temporaryFolder();
});

const signed = (reason: string) =>
  signPdf({ pdf: plainPdf(), signer, reason, name: 'Evidence Reports', signedAt: NOW });
const by = (layout: 'standard' | 'template') => signed(reasonOf({ id: ID, tenant: 'acme', layout }));

/** The output of the command for a file. */
async function printed(file: string, bytes: Uint8Array, ...more: string[]): Promise<string> {
  const [path, key] = [join(folder, file), join(folder, 'jwks.json')];
  await writeFile(path, bytes);
  await writeFile(key, JSON.stringify(jwksOf([signer])));
  let text = '';
  const stream = { write: (part: string) => (text += part) };
  await verifyCommand([path, '--key', key, ...more], { stdout: stream, stderr: stream });
  return text;
}

describe('a signed PDF', () => {
  it('is certified: nothing but a security store and document time-stamps may follow', async () => {
    const text = Buffer.from(await by('standard')).toString('latin1');
    const [, signature] = /\/Perms << \/DocMDP (\d+) 0 R >>/.exec(text) ?? [];
    expect(text).toMatch(new RegExp(`\\n${signature} 0 obj\\n<<[^]{1,400}/TransformMethod /DocMDP`));
    expect(text).toMatch(/\/TransformParams << \/Type \/TransformParams \/P 1 \/V \/1.2 >>/);
  });

  it('states the report, and that the tenant chose the layout if it did', async () => {
    const bytes = await by('template');
    const verification = verifyPdf({ bytes, trust: trustIn(signer) });
    expect(verification).toMatchObject({ verdict: 'valid', report: { id: ID, tenant: 'acme', layout: 'template' } });
    expect(verification.doesNotProve.join()).toContain(LAYOUT);
    const text = await printed('templated.pdf', bytes);
    expect(text).toContain(`layout   ${LAYOUT}`);
    expect(text).toContain(`report   ${ID} of tenant acme`);
    expect(JSON.parse(await printed('templated.pdf', bytes, '--json'))).toMatchObject({
      ...{ verdict: 'valid', report_id: ID, tenant_slug: 'acme', layout: LAYOUT },
      does_not_prove: expect.arrayContaining([expect.stringContaining(LAYOUT)]),
    });
  });

  it('does not mention a template if there was none', async () => {
    const bytes = await by('standard');
    expect(verifyPdf({ bytes, trust: trustIn(signer) }).report).toEqual({ id: ID, tenant: 'acme', layout: 'standard' });
    expect(await printed('standard.pdf', bytes)).not.toContain('template');
    expect(JSON.parse(await printed('standard.pdf', bytes, '--json'))).toMatchObject({ layout: 'standard' });
  });

  it.each([
    'Evidence report',
    `Evidence report ${ID} of tenant acme. Not vouched for: nothing`,
    `Evidence report ${ID} of tenant acme (the other)`,
    'Evidence report rpt_x of tenant acme',
  ])('states no report if its reason has another form: %s', async (reason) => {
    const verification = verifyPdf({ bytes: await signed(reason), trust: trustIn(signer) });
    expect(verification.verdict).toBe('valid');
    expect(verification).not.toHaveProperty('report');
  });

  it('cannot lose the statement about its template', async () => {
    const text = Buffer.from(await by('template'))
      .toString('latin1')
      .replace('. Not vouched', '. Now vouched');
    expect(verifyPdf({ bytes: Buffer.from(text, 'latin1'), trust: trustIn(signer) }).verdict).toBe('content_changed');
  });
});

describe('an attestation', () => {
  const sha256 = 'a'.repeat(64);
  const predicate = { report_id: ID, tenant_slug: 'acme', media_type: 'application/json', development_key: true };
  const attested = async (of: Signer, stated: object) => {
    const envelope = await attest({ subjectName: 'r', sha256, predicateType: 'x', predicate: stated, signer: of });
    // The caller's key file does not mention a development key.
    const { keys } = jwksOf([of]);
    const trust = readTrust(JSON.stringify({ keys: keys.map(({ development: _, ...key }) => key) }));
    return verifyAttestation({ artifact: { sha256 }, envelope, trust });
  };

  it('of JSON warns of a development key, even if the key file does not mention it', async () => {
    const verification = await attested(signer, predicate);
    expect(verification).toMatchObject({ verdict: 'valid', signedBy: { isDevelopmentKey: true } });
    expect(verification.report).toEqual({ id: ID, tenant: 'acme' });
    expect(verification.doesNotProve[0]).toContain('development key');
    const other = await attested(await makeEcSigner(), { ...predicate, development_key: false });
    expect(other.signedBy?.isDevelopmentKey).toBe(false);
    expect(other.doesNotProve.join()).not.toContain('development key');
  });

  it('of a PDF with a template says so', async () => {
    const stated = { ...predicate, media_type: 'application/pdf', template_sha256: sha256 };
    const verification = await attested(signer, stated);
    expect(verification.report?.layout).toBe('template');
    expect(verification.doesNotProve.join()).toContain(LAYOUT);
  });

  it('with another type of statement states no report', async () => {
    expect(await attested(signer, { report_id: 7 })).not.toHaveProperty('report');
    expect(await attested(signer, [])).not.toHaveProperty('report');
  });
});
