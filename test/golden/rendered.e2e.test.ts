import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalJson, type EvidenceReport, type PackTemplate } from '@evidence/contracts';
import { KeyRing, type Signer } from '@evidence/signing';
import { expect, onTestFinished, test } from 'vitest';
import { judgedReport } from '../../packages/pdf/test/judged-report.js';
import { sampleReport } from '../../packages/pdf/test/sample-report.js';
import { standardPack } from '../../packages/pdf/test/standard-packs.js';
import { RENDERER_VERSION } from '../../packages/rendering/src/artifact-names.js';
import { makeArtifact } from '../../packages/rendering/src/make-artifact.js';
import { placeMappedReport } from '../../services/renderer/test/mapped-report.js';

// A report states which version rendered it, and that version always renders it to the same bytes. If you change the bytes, raise
// RENDERER_VERSION, then update the digests: UPDATE_GOLDEN=1 npm test -- test/golden/rendered

const FILE = fileURLToPath(new URL('./rendered.json', import.meta.url));
const VERSION_IS_IN = 'packages/rendering/src/artifact-names.ts';
const HOW_TO_UPDATE = 'UPDATE_GOLDEN=1 npm test -- test/golden/rendered';

interface Rendered {
  readonly rendererVersion: string;
  /** Because zlib produces different bytes on other processors. */
  readonly processor: string;
  /** By report: SHA-256 of its data (`from`), and of the result (`to`). */
  readonly reports: Readonly<Record<string, { readonly from: string; readonly to: string }>>;
}

/** What is wrong with `made`; undefined if it matches `golden`. */
function complaint(golden: Rendered, made: Rendered): string | undefined {
  const names = [...new Set([...Object.keys(golden.reports), ...Object.keys(made.reports)])];
  const differs = (name: string, side: 'from' | 'to') => golden.reports[name]?.[side] !== made.reports[name]?.[side];
  const changed = names.filter((name) => differs(name, 'to') && !differs(name, 'from'));
  if (changed.length > 0 && golden.rendererVersion === made.rendererVersion) {
    return `${changed.join(', ')}: the same data now gives other bytes, but RENDERER_VERSION is still ${made.rendererVersion}. Raise it in ${VERSION_IS_IN}, then run ${HOW_TO_UPDATE}`;
  }
  if (golden.rendererVersion !== made.rendererVersion || names.some((name) => differs(name, 'to'))) {
    return `The digests are of version ${golden.rendererVersion} or of other data: run ${HOW_TO_UPDATE}`;
  }
  return undefined;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** A signer whose constant result is not a real signature, since nobody verifies these files. */
const leaf = new X509Certificate(
  readFileSync(new URL('../../packages/verify/test/vectors/generated/certificate.pem', import.meta.url)),
);
const SIGNER: Signer = {
  keyId: 'golden',
  algorithm: 'RS256',
  certificate: leaf.raw,
  chain: [],
  isDevelopmentKey: false,
  sign: async (bytes) => Buffer.from(sha256(bytes).repeat(12), 'hex'),
};

const TEMPLATE: PackTemplate = {
  header: { left: '{{ report.title }}', right: '{{ page.number }} / {{ page.total }}' },
  content: [
    { text: '{{ report.title }}', headlineLevel: 1 },
    'تجاوز {{ report.summary.total_open }} open findings as of {{ report.data_as_of.at }}.',
  ],
};

async function artifact(format: 'pdf' | 'json', template?: PackTemplate) {
  const place = await placeMappedReport(format, { findings: 7, template });
  onTestFinished(place.remove);
  const { artifacts, request, scoped, mapped } = place;
  const parts = { artifacts, keys: new KeyRing([{ signer: SIGNER }]), publicUrl: 'https://evidence.example' };
  const made = await makeArtifact(parts, place);
  return {
    from: sha256(canonicalJson({ request, scoped, mapped })),
    to: `${made.artifact.sha256} ${made.attestation.sha256}`,
  };
}

const pack = async (report: EvidenceReport) => ({
  from: sha256(JSON.stringify(report)),
  to: sha256(await standardPack(report, { signer: SIGNER })),
});

async function rendered(): Promise<Rendered> {
  const titles = [
    'تجاوز التعليمات عبر الحقن',
    'הזרקת הנחיות',
    'प्रॉम्प्ट इंजेक्शन',
    '提示注入攻击',
    'プロンプト 🚨',
    'a\u202eb',
    'Ωμέγα Привет',
  ];
  return {
    rendererVersion: RENDERER_VERSION,
    processor: process.arch,
    reports: {
      json: await artifact('json'),
      pdf: await artifact('pdf'),
      'pdf by a template': await artifact('pdf', TEMPLATE),
      'usual pack': await pack(sampleReport({ findings: 15 })),
      'judged pack': await pack(judgedReport()),
      'pack in many scripts': await pack(sampleReport({ findings: 14, findingTitles: titles })),
    },
  };
}

test('the same data is rendered to the same bytes, unless RENDERER_VERSION changed', async ({ skip }) => {
  const made = await rendered();
  const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Rendered;
  if (golden.processor !== made.processor) {
    skip(`The digests were made on ${golden.processor}, and zlib produces other bytes on ${made.processor}.`);
  }
  const wrong = complaint(golden, made);
  if (process.env.UPDATE_GOLDEN === '1' && !wrong?.includes('Raise it')) {
    writeFileSync(FILE, `${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  expect(wrong).toBeUndefined();
}, 120_000);

test('a changed digest fails until the version is raised and the digests are updated', () => {
  const golden: Rendered = { rendererVersion: '6', processor: 'x64', reports: { pdf: { from: 'a', to: 'b' } } };
  const made = (rendererVersion: string, from: string, to: string) => ({
    ...golden,
    rendererVersion,
    reports: { pdf: { from, to } },
  });
  expect(complaint(golden, golden)).toBeUndefined();
  expect(complaint(golden, made('6', 'a', 'c'))).toContain('RENDERER_VERSION is still 6. Raise it');
  expect(complaint(golden, made('7', 'a', 'c'))).toContain('run UPDATE_GOLDEN=1');
  expect(complaint(golden, made('7', 'a', 'b'))).toContain('run UPDATE_GOLDEN=1');
  expect(complaint(golden, made('6', 'd', 'c'))).toContain('of other data: run UPDATE_GOLDEN=1');
  expect(complaint(golden, { ...golden, reports: { ...golden.reports, json: { from: 'a', to: 'b' } } })).toContain(
    'run UPDATE_GOLDEN=1',
  );
});
