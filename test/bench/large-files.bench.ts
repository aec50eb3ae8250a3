/**
 * The cost of fetching and verifying a large artifact: seconds compared with sha256sum, and peak memory, both measured from outside the process.
 * The PDF is a standard pack with attached data of the required size, which is random so that it hardly deflates.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newToken } from '@evidence/access';
import { type BlobRef, openArtifactFolder } from '@evidence/artifacts';
import { type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { openEventLog } from '@evidence/event-store/log';
import { writeStandardPack } from '@evidence/pdf/standard';
import { attest, ensureDevelopmentAuthority, jwksOf, openSigner } from '@evidence/signing';
import { eventually, freePort, NOBODYS_PORT, REPOSITORY, tempFolder } from '@evidence/testkit';
import { sampleReport } from '../../packages/pdf/test/sample-report.ts';

const MIB = 1024 * 1024;
const SIZES_MIB = [1, 100, 500];
/** The required limits for 100 MB. */
const LIMIT_S = 2;
const PEAK_POLL_MS = 5;

const folder = await tempFolder();
const now = new Date();
await ensureDevelopmentAuthority({ folder: folder.path, now });
const signer = await openSigner({ folder: folder.path, now });
const keyFile = join(folder.path, 'bench.jwks.json');
await writeFile(keyFile, JSON.stringify(jwksOf([signer])));
const artifacts = await openArtifactFolder({ folder: join(folder.path, 'artifacts') });

/** The same random base64 in each run, as a JSON text. */
function* data(sizeMib: number): Generator<Uint8Array> {
  const random = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  const zeros = Buffer.alloc((MIB / 4) * 3);
  yield Buffer.from('["');
  for (let mib = 0; mib < sizeMib; mib++) yield Buffer.from(random.update(zeros).toString('base64'));
  yield Buffer.from('"]');
}

const pathOf = ({ sha256 }: BlobRef) => join(folder.path, 'artifacts', 'acme', sha256.slice(0, 2), sha256);

async function makePdf(sizeMib: number): Promise<BlobRef> {
  const { findings, ...facts } = sampleReport({ findings: 3 });
  const dataMib = Math.ceil((sizeMib * 4) / 3);
  async function* json() {
    yield* data(dataMib);
  }
  const pack = writeStandardPack({
    about: facts,
    json: json(),
    report: () => facts,
    findings,
    keyUrl: 'https://evidence.example/.well-known/jwks.json',
    signer,
  });
  return artifacts.write('acme', 'application/pdf', pack);
}

async function attestationOf({ sha256 }: BlobRef): Promise<string> {
  const file = join(folder.path, `${sha256}.dsse.json`);
  const about = { subjectName: 'report', sha256, predicateType: 'https://evidence.example/bench', predicate: {} };
  await writeFile(file, await attest({ ...about, signer }));
  return file;
}

/** Peak memory of a process in MiB, as reported by the kernel. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

interface Run {
  readonly seconds: number;
  readonly peakMib: number;
}

async function timed(program: string, ...argv: readonly string[]): Promise<Run> {
  const startedAt = performance.now();
  const child: ChildProcess = spawn(program, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'close');
  let peakMib = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMib = Math.max(peakMib, peakOf(child.pid));
    await Promise.race([ended, pause(PEAK_POLL_MS)]);
  }
  if (child.exitCode !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${child.exitCode}`);
  return { seconds: (performance.now() - startedAt) / 1_000, peakMib };
}

const verify = (file: string, ...more: readonly string[]) =>
  timed(process.execPath, join(REPOSITORY, 'packages/verify/dist/command/main.js'), file, '--key', keyFile, ...more);

interface Row {
  readonly what: string;
  readonly mib: number;
  readonly seconds: number;
  readonly hashSeconds: number;
  readonly peakMib: number;
}

const rows: Row[] = [];
const note = (what: string, { sizeBytes }: BlobRef, { seconds, peakMib }: Run, hashSeconds: number) =>
  rows.push({ what, mib: sizeBytes / MIB, seconds, hashSeconds, peakMib });

const pdfs: BlobRef[] = [];
for (const sizeMib of SIZES_MIB) {
  const json = await artifacts.write('acme', 'application/json', data(sizeMib));
  const pdf = await makePdf(sizeMib);
  pdfs.push(pdf);
  const named = join(folder.path, 'report.pdf');
  await copyFile(pathOf(pdf), named);
  const { seconds: hashSeconds } = await timed('sha256sum', named);
  note(
    'verify JSON and DSSE',
    json,
    await verify(pathOf(json), '--attestation', await attestationOf(json)),
    hashSeconds,
  );
  note('verify PDF', pdf, await verify(named), hashSeconds);
  note('verify PDF and DSSE', pdf, await verify(named, '--attestation', await attestationOf(pdf)), hashSeconds);
}

const eventsFile = `sqlite:${join(folder.path, 'events.sqlite')}`;
const log = openEventLog(eventsFile, () => new Date());
async function append<Type extends EventType>(stream: string, ...events: readonly EventOf<Type>[]): Promise<void> {
  const about = {
    tenant: 'acme',
    correlationId: stream,
    causationId: stream,
    occurredAt: now.toISOString(),
    actor: 'operator:bench',
  };
  await log.append(
    stream,
    'any',
    events.map((event) => envelop(randomUUID(), event, about)),
  );
}
const { token, tokenId, sha256 } = newToken(randomBytes);
const mintedAt = now.toISOString();
const minted = { tokenId, tenant: 'acme', name: 'bench', sha256, scopes: ['reports:read'], mintedAt } as const;
await append(streamOf.token(tokenId), { type: 'ApiTokenMinted', data: { ...minted, scopes: ['reports:read'] } });
const ids = new Map<BlobRef, string>();
for (const artifact of pdfs) {
  const reportId = `rpt_2026_${randomBytes(8).toString('hex')}`;
  ids.set(artifact, reportId);
  await append(
    streamOf.report(reportId),
    { type: 'ReportRequested', data: { ...exampleOf('ReportRequested'), reportId, tenant: 'acme' } },
    { type: 'ReportStarted', data: { ...exampleOf('ReportStarted'), reportId } },
    { type: 'ReportScoped', data: { ...exampleOf('ReportScoped'), reportId } },
    { type: 'ReportMapped', data: { ...exampleOf('ReportMapped'), reportId } },
    {
      type: 'ReportReady',
      data: { ...exampleOf('ReportReady'), reportId, artifact, expiresAt: '3026-01-01T00:00:00.000Z' },
    },
  );
}
await log.close();

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const env = {
  PATH: process.env.PATH,
  DATA_DIR: folder.path,
  PORT: String(port),
  EVENT_STORE_URL: eventsFile,
  NATS_URL: `nats://127.0.0.1:${NOBODYS_PORT}`,
  RATE_LIMIT_PER_MINUTE: '0',
  LOG_LEVEL: 'error',
};
const gateway = spawn(process.execPath, [join(REPOSITORY, 'services/gateway/dist/main.js')], { env, stdio: 'inherit' });
const headers = { authorization: `Bearer ${token}` };
const [smallest] = pdfs;
await eventually(
  async () => {
    const { status } = await fetch(`${url}/api/v2/reports/${ids.get(smallest!)}`, { headers });
    if (status !== 200) throw new Error(`The gateway answers ${status}.`);
  },
  { timeoutMs: 60_000 },
);

/** Downloads and digests; returns how long it took. */
async function download(artifact: BlobRef, range?: string): Promise<{ seconds: number; sizeBytes: number }> {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/api/v2/reports/${ids.get(artifact)}/download`, {
    headers: { ...headers, ...(range && { range, 'if-range': `"${artifact.sha256}"` }) },
  });
  if (answer.status !== (range ? 206 : 200)) throw new Error(`The gateway answers ${answer.status}.`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of answer.body ?? []) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  if (!range && hash.digest('hex') !== artifact.sha256) throw new Error('The downloaded file has another digest.');
  return { seconds: (performance.now() - startedAt) / 1_000, sizeBytes };
}

for (const artifact of pdfs) {
  const { seconds: hashSeconds } = await timed('sha256sum', pathOf(artifact));
  const resumed = await download(artifact, `bytes=${Math.floor(artifact.sizeBytes / 2)}-`);
  note('resume at half, not checked before', artifact, { ...resumed, peakMib: peakOf(gateway.pid) }, hashSeconds);
  const whole = await download(artifact);
  note('download', artifact, { ...whole, peakMib: peakOf(gateway.pid) }, hashSeconds);
}
gateway.kill('SIGTERM');
await once(gateway, 'close');
await folder.remove();

for (const { what, mib, seconds, hashSeconds, peakMib } of rows) {
  const perLimit = (seconds / (mib / 100) / LIMIT_S).toFixed(2);
  console.log(
    `${what.padEnd(40)} ${mib.toFixed(0).padStart(4)} MiB ${seconds.toFixed(2).padStart(6)} s, ${(seconds / hashSeconds).toFixed(1).padStart(5)} × sha256sum, peak ${peakMib.toFixed(0).padStart(4)} MiB` +
      (what.startsWith('verify') && mib >= 100 ? `; ${perLimit} of the limit of ${LIMIT_S} s per 100 MB` : ''),
  );
}
console.log(JSON.stringify({ bench: 'large-files', rows }));
