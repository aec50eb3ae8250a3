import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type EvidenceReport } from '@evidence/contracts';
import { ensureDevelopmentAuthority, openSigner, type Signer } from '@evidence/signing';
import { writeStandardPack } from '../src/standard/write-standard-pack.js';

export const KEY_URL = 'https://evidence.example/.well-known/jwks.json';

export interface PackOptions {
  readonly signer?: Signer;
  /** The size of the chunks of JSON, in bytes. */
  readonly jsonChunk?: number;
}

/** The whole standard pack of a report. */
export async function standardPack(
  report: EvidenceReport,
  { signer, jsonChunk = 65_536 }: PackOptions = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packChunks(report, { ...(signer && { signer }), jsonChunk })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function packChunks(
  report: EvidenceReport,
  { signer, jsonChunk = 65_536 }: PackOptions = {},
): AsyncGenerator<Uint8Array> {
  const { findings, ...facts } = report;
  const json = Buffer.from(canonicalJson(JSON.parse(JSON.stringify(report, wellFormed))));
  return writeStandardPack({
    about: facts,
    json: inChunks(json, jsonChunk),
    report: () => facts,
    findings,
    keyUrl: KEY_URL,
    ...(signer && { signer }),
  });
}

/** A signer with a new key, and a function that removes it. */
export async function makeSigner(): Promise<{ signer: Signer; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'standard-pack-'));
  const now = new Date('2026-05-22T10:35:00.000Z');
  await ensureDevelopmentAuthority({ folder, now });
  return { signer: await openSigner({ folder, now }), remove: () => rm(folder, { recursive: true, force: true }) };
}

const wellFormed = (_: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value);

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
