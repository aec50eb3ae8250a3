import { type Level, readTrust, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authorities,
  httpRevocationSource,
  httpTimeStampAuthority,
  jwksOf,
  raiseTo,
  type Signer,
  signPdf,
} from '../src/index.js';
import { type LocalAuthorities, startAuthorities } from './authorities.js';
import { makePdf } from './pdfs.js';

let local: LocalAuthorities;
let authorities: Authorities;
let signer: Signer;

beforeAll(async () => {
  local = await startAuthorities();
  signer = await local.issueSigner('signer', 'ocsp');
  authorities = {
    timestamps: httpTimeStampAuthority({ url: `${local.url}/tsr` }),
    revocations: httpRevocationSource(),
    trusted: [local.root],
  };
});

afterAll(() => local?.stop());

const sign = (pdf: Uint8Array, by = signer) =>
  signPdf({ pdf, signer: by, reason: 'Evidence report', name: 'Evidence Reports', signedAt: new Date() });
const verify = (bytes: Uint8Array, by = signer) =>
  verifyPdf({ bytes, trust: readTrust(JSON.stringify(jwksOf([by]))), authorities: [local.root] });

describe('raising a signature', () => {
  it.each<Level>(['B-B', 'B-T', 'B-LT', 'B-LTA'])('gives level %s, verified', async (level) => {
    const signed = await sign(await makePdf(3));
    const raised = await raiseTo(level, signed, authorities);
    expect(raised.level).toBe(level);
    const verification = verify(raised.pdf);
    expect(verification).toMatchObject({ verdict: 'valid', level });
  });
});
