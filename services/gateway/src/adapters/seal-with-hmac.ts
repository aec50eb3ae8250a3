import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Seal } from '../core/call/seal.js';

/** As long as the digest (RFC 2104 §3). */
const KEY_BYTES = 32;

/** HMAC-SHA256 (RFC 2104) under `key`, at least 32 bytes. */
export function sealWithHmac(key: Uint8Array): Seal {
  if (key.length < KEY_BYTES) throw new RangeError(`The sealing key has ${key.length} bytes; it needs ${KEY_BYTES}.`);
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    sign,
    verify(text, signature) {
      const expected = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/**
 * The key in `file`, created on the first start. Gateways that share the file accept each other's links and cursors. If the file is lost, existing
 * links and cursors become invalid, which costs clients one more call.
 */
export async function ensureSealKey(file: string): Promise<Uint8Array> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    // A hard link is created atomically, and only by the first of two processes that start together.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(file);
}
