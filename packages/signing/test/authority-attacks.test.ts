import { verifyPdf } from '@evidence/verify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extendToLt, httpRevocationSource, httpTimeStampAuthority, type Signer, signPdf } from '../src/index.js';
import { type LocalAuthorities, startAuthorities } from './authorities.js';
import { plainPdf } from './pdfs.js';
import { raised, withRaise } from './raised.js';
import { trustIn } from './signers.js';
import { requireTool } from './tools.js';

/** Attacks by someone with a stolen key, who can choose among genuine responses of the authorities. */

let local: LocalAuthorities;
let signer: Signer;

beforeEach(async (context) => {
  requireTool(context, 'openssl');
  local = await startAuthorities();
  signer = await local.issueSigner('signer', 'crl');
});
afterEach(() => local?.stop());

const authorities = () => ({
  timestamps: httpTimeStampAuthority({ url: `${local.url}/tsr` }),
  revocations: httpRevocationSource(),
  trusted: [local.root],
});
const stamped = async () => {
  const signed = await signPdf({ pdf: plainPdf(), signer, reason: 'Evidence report', name: 'E', signedAt: new Date() });
  return raised('B-T', signed, authorities());
};
const kept = async (pdf: Buffer) => withRaise(pdf, await extendToLt(pdf, authorities()));
const verdictOf = (bytes: Uint8Array) =>
  verifyPdf({ bytes, trust: trustIn(signer), authorities: [local.root] }).verdict;
const day = (days: number) =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
const publishList = (...options: string[]) =>
  local.openssl('ca', '-config', 'openssl.cnf', '-gencrl', '-out', 'root.crl', ...options);

describe('a revocation list', () => {
  it('from after the certificate’s expiry is refused, because it may no longer list the revocation', async () => {
    const pdf = await stamped();
    await publishList('-crl_lastupdate', day(25), '-crl_nextupdate', day(28));
    await expect(kept(pdf)).rejects.toMatchObject({
      code: 'revocation_invalid',
      message: expect.stringContaining('dropped a revocation'),
    });
    await publishList('-crl_lastupdate', day(15), '-crl_nextupdate', day(28));
    expect(verdictOf(await kept(pdf))).toBe('valid');
  });
});

describe('a time-stamp from an authority that was revoked later', () => {
  const revoked = (...reason: string[]) =>
    local.openssl('ca', '-config', 'openssl.cnf', '-revoke', 'tsa.crt', ...reason).then(() => publishList());
  const later = async (...reason: string[]) => {
    const pdf = await stamped();
    // Revocation times are whole seconds, and the token must be older.
    const second = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === second) await new Promise(setImmediate);
    await revoked(...reason);
    return kept(pdf);
  };

  it.each([
    ['its key was stolen', ['-crl_reason', 'keyCompromise']],
    ['no reason', []],
  ])('is refused if the reason of the revocation is: %s', async (_, reason) => {
    await expect(later(...reason)).rejects.toMatchObject({
      code: 'certificate_revoked',
      message: expect.stringContaining('its key may have been stolen'),
    });
  });

  it('counts if the authority only ceased to operate', async () => {
    expect(verdictOf(await later('-crl_reason', 'cessationOfOperation'))).toBe('valid');
  });
});
