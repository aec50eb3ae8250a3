import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentSchemas, type EvidenceReport, type PackTemplate } from '@evidence/contracts';
import { renderTemplate } from '@evidence/pdf/template';
import { httpRevocationSource, httpTimeStampAuthority, reasonOf, type Signer, signPdf } from '@evidence/signing';
import { LEVELS } from '@evidence/verify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judgedReport } from '../../packages/pdf/test/judged-report.js';
import { sampleReport } from '../../packages/pdf/test/sample-report.js';
import { makeSigner, standardPack } from '../../packages/pdf/test/standard-packs.js';
import { type LocalAuthorities, startAuthorities } from '../../packages/signing/test/authorities.js';
import { raised } from '../../packages/signing/test/raised.js';
import { isInstalled, requireTool } from '../../packages/signing/test/tools.js';
import { dss, pyHanko, requireJava, requirePython, veraPdf } from './judges.js';

// Validates our PDFs with independent software: their form with veraPDF (ISO 19005-3, ISO 14289-1), their signatures with pyHanko and the EU's DSS
// (ETSI EN 319 142-1).

const TEMPLATE = documentSchemas['PackTemplate.v1'].examples[0] as unknown as PackTemplate;

const TEMPLATED = { id: 'rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4', tenant: 'acme', layout: 'template' } as const;

const PACKS: Record<string, EvidenceReport> = {
  usual: sampleReport({ findings: 15 }),
  empty: sampleReport({ findings: 0, tested: false }),
  mapped: sampleReport({ findings: 12, derivedRefs: 30, untestedControls: 120 }),
  judged: judgedReport(),
  hostile: sampleReport({
    findings: 8,
    title: 'R&D <x> 日本語 🚨',
    findingTitles: [
      '',
      'a\u202egnp.exe \u0000 \ud800',
      'x'.repeat(500),
      '漢'.repeat(500),
      '\u0301\u200d\ufe0f',
      'تجاوز 注入 प्रॉम्प्ट',
      // These letters share a glyph, so characters and glyphs of the font are not one to one.
      'كشف البيانات الشخصية عبر الحقن',
    ],
  }),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'judges-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${name}.pdf`);
  await writeFile(path, bytes);
  return path;
}

const templatedPdf = async (report: EvidenceReport, signer: Signer): Promise<Buffer> =>
  Buffer.from(
    await signPdf({
      pdf: await renderTemplate(TEMPLATE, report),
      signer,
      reason: reasonOf(TEMPLATED),
      name: 'Test',
      signedAt: new Date(report.generated_at),
    }),
  );

const asOf = (report: EvidenceReport, at: string): EvidenceReport => ({
  ...report,
  generated_at: at,
  data_as_of: { ...report.data_as_of, at },
});

describe('veraPDF', () => {
  let standard: string[];
  let templated: string;

  beforeAll(async () => {
    const { signer, remove } = await makeSigner();
    standard = [];
    for (const [name, report] of Object.entries(PACKS))
      standard.push(await written(name, await standardPack(report, { signer })));
    const pdf = await renderTemplate(TEMPLATE, sampleReport({ findings: 15 }));
    templated = await written(
      'templated',
      await signPdf({ pdf, signer, reason: reasonOf(TEMPLATED), name: 'Test', signedAt: new Date(0) }),
    );
    await remove();
  });

  it.for(['3a', 'ua1'])('accepts every standard pack as conforming to %s', async (flavour, context) => {
    await requireJava(context);
    for (const verdict of await veraPdf(flavour, standard)) expect(verdict).toMatch(/^ok /);
  });

  it('accepts a templated report as conforming to 3b', async (context) => {
    await requireJava(context);
    expect(await veraPdf('3b', [templated])).toEqual([expect.stringMatching(/^ok /)]);
  });

  it('rejects a page without tags, which shows that it can reject', async (context) => {
    await requireJava(context);
    expect(await veraPdf('ua1', [templated])).toEqual([expect.stringMatching(/^fail /)]);
  });
});

describe.each(['standard', 'template'] as const)('a PDF of the %s layout, signed at each level', (layout) => {
  let authorities: LocalAuthorities;
  let root: string;
  let paths: string[];
  let changed: string;

  beforeEach((context) => requireTool(context, 'openssl'));
  beforeAll(async () => {
    if (!isInstalled('openssl')) return;
    authorities = await startAuthorities();
    root = join(authorities.folder, 'root.crt');
    const signer = await authorities.issueSigner('signer', 'ocsp');
    // The signer's certificate is valid from now on, and /M is the time of the data.
    const report = asOf(sampleReport({ findings: 15 }), new Date().toISOString());
    const signed = layout === 'standard' ? await standardPack(report, { signer }) : await templatedPdf(report, signer);
    const sources = {
      timestamps: httpTimeStampAuthority({ url: `${authorities.url}/tsr` }),
      revocations: httpRevocationSource(),
      trusted: [authorities.root],
    };
    paths = [];
    for (const level of LEVELS) paths.push(await written(level, await raised(level, signed, sources)));
    const forged = Buffer.from(signed);
    forged[forged.indexOf('stream') + 20]! ^= 1;
    changed = await written('changed', forged);
  });
  afterAll(() => authorities?.stop());

  it('is intact, valid and trusted in pyHanko, and a changed one is not', async (context) => {
    await requirePython(context);
    const verdicts = await pyHanko([root], paths);
    expect(verdicts.length).toBeGreaterThanOrEqual(paths.length);
    for (const verdict of verdicts) expect(verdict).toContain('intact=True valid=True trusted=True');
    // The signature certifies the file, and permits what the levels add later.
    const ofReport = verdicts.filter((verdict) => verdict.startsWith('Signature1 '));
    expect(ofReport).toHaveLength(paths.length);
    for (const verdict of ofReport) expect(verdict).toContain('certifies=NO_CHANGES docmdp=True');
    expect((await pyHanko([root], [changed])).join()).toContain('intact=False');
  });

  it('passes in the EU’s DSS as the level that it claims, and a changed one fails', async (context) => {
    await requireJava(context);
    const verdicts = (await dss([root], paths)).map((verdict) => verdict.replaceAll(`${folder}/`, ''));
    // Nothing is fetched here, so the two levels without embedded revocation status cannot pass.
    const unknownStatus =
      'The certificate validation is not conclusive! | No revocation data found for the certificate!';
    expect(verdicts).toEqual([
      `INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE PAdES-BASELINE-B B-B.pdf: ${unknownStatus}`,
      `INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE PAdES-BASELINE-T B-T.pdf: ${unknownStatus}`,
      'TOTAL_PASSED - PAdES-BASELINE-LT B-LT.pdf:',
      'TOTAL_PASSED - PAdES-BASELINE-LTA B-LTA.pdf:',
    ]);
    expect((await dss([root], [changed])).join()).toContain('BROKEN');
  });
});
