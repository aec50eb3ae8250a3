import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ContentSigner } from '@evidence/pdf/standard';
import { writeStandardPack } from '@evidence/pdf/standard';
import { ensureDevelopmentAuthority, openSigner } from '@evidence/signing';
import type { Peer, PeerDocument } from './document.ts';

const KEY_URL = 'https://evidence.example/.well-known/jwks.json';

/** Similar to the artifact and of the same size. Not canonical, because it is not read here. */
async function* json({ facts, findings }: PeerDocument): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify({ ...facts, findings: [] }));
  for (const finding of findings()) yield Buffer.from(JSON.stringify(finding));
}

async function makeSigner(now: Date): Promise<ContentSigner> {
  const folder = await mkdtemp(join(tmpdir(), 'pdf-bench-'));
  await ensureDevelopmentAuthority({ folder, now });
  const signer = await openSigner({ folder, now });
  await rm(folder, { recursive: true });
  return signer;
}

/** The pack itself: tagged, the JSON attached, signed, findings from a generator. */
export const prepare: Peer = async (document) => {
  const { facts, findings } = document;
  const signer = await makeSigner(new Date(facts.generated_at));
  const pack = { about: facts, report: () => facts, keyUrl: KEY_URL, signer };
  return (file) =>
    pipeline(writeStandardPack({ ...pack, findings: findings(), json: json(document) }), createWriteStream(file));
};
