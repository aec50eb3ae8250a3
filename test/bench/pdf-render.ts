/** One render in a process of its own, for pdf.bench.ts: `pdf-render.ts standard FINDINGS` prints figures as JSON. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportFinding } from '@evidence/contracts';
import type { PdfSigner } from '@evidence/pdf/standard';
import { ensureDevelopmentAuthority, openSigner } from '@evidence/signing';

// By URL, because Node runs the .ts file and TypeScript wants .js.
const sampleUrl = new URL('../../packages/pdf/test/sample-report.ts', import.meta.url);
const { sampleReport } = (await import(sampleUrl.href)) as typeof import('../../packages/pdf/test/sample-report.js');

const [engine = '', given = ''] = process.argv.slice(2);
const count = Number(given);
const sample = sampleReport({ findings: 500 });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** As many as asked for, in the order of a report, none of them kept. */
function* findings(): Generator<ReportFinding> {
  for (let i = 0; i < count; i++) {
    const like = sample.findings[Math.floor((i * sample.findings.length) / count)]!;
    const digest = turned(like.evidence_excerpt_sha256, i);
    const id = `fnd_${turned(digest, i >> 6).slice(0, 20)}${String(i).padStart(6, '0')}`;
    yield { ...like, id, url: `https://evidence.example/api/v2/findings/${id}`, evidence_excerpt_sha256: digest };
  }
}

/** Another digest, without the cost of one. */
const turned = (digest: string, by: number) => digest.slice(by % 64) + digest.slice(0, by % 64);

const facts = {
  ...sample,
  summary: { ...sample.summary, total_open: count },
  receipt: { ...sample.receipt, included: count },
};

/** As large as the artifact, and like it; not canonical, for nobody reads it here. */
async function* json(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify({ ...facts, findings: [] }));
  for (const finding of findings()) yield Buffer.from(JSON.stringify(finding));
}

async function makeSigner(): Promise<PdfSigner> {
  const folder = await mkdtemp(join(tmpdir(), 'pdf-bench-'));
  const now = new Date(sample.generated_at);
  await ensureDevelopmentAuthority({ folder, now });
  const signer = await openSigner({ folder, now });
  await rm(folder, { recursive: true });
  return signer;
}

/** Loads the engine, so that only the render is measured. Answers the number of bytes. */
async function standard(): Promise<() => Promise<number>> {
  const { writeStandardPack } = await import('@evidence/pdf/standard');
  const signer = await makeSigner();
  const { findings: _, ...report } = facts;
  const keyUrl = 'https://evidence.example/.well-known/jwks.json';
  const pack = { report, dataSha256: sha256('data'), keyUrl, signer };
  return async () => {
    let bytes = 0;
    for await (const chunk of writeStandardPack({ ...pack, findings: findings(), json: json() })) bytes += chunk.length;
    return bytes;
  };
}

const render = await standard();
const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
const bytes = await render();
const { user, system } = process.cpuUsage(cpu);
const figures = { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000, bytes };
const peakRssMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ engine, findings: count, ...figures, peakRssMiB }));
