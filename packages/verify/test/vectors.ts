import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrust } from '../src/index.js';

const folder = join(import.meta.dirname, 'vectors', 'generated');

export const vectorPath = (name: string): string => join(folder, name);

export const vector = (name: string): Buffer => readFileSync(vectorPath(name));

export const textVector = (name: string): string => vector(name).toString('utf8');

/** The vectors' signer. */
export const TRUST = readTrust(textVector('jwks.json'));
/** A valid key that signed none of the vectors. */
export const STRANGER = readTrust(textVector('stranger.jwks.json'));

/** A copy of `bytes` with `from` replaced by `to`, in latin1; the length may change. */
export function edited(bytes: Buffer, from: string | RegExp, to: string): Buffer {
  const before = bytes.toString('latin1');
  const after = before.replace(from, () => to);
  if (after === before) throw new Error(`nothing to edit: ${from} is not there`);
  return Buffer.from(after, 'latin1');
}
