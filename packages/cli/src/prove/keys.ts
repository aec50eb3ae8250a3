import { join, resolve } from 'node:path';
import type { ReportReady } from '@evidence/contracts';
import { type KeyRing, openSigningKeys, type Signer, SigningError } from '@evidence/signing';
import { isThere } from '../is-there.js';
import type { Surroundings } from '../surroundings.js';

/** What a proof signs with. */
export type ProvingKey =
  | { readonly kind: 'private'; readonly signer: Signer }
  /** No signature can be made, but the content of the report can. */
  | { readonly kind: 'none'; readonly signer: Signer; readonly because: string };

/**
 * The key that signed the report, if this machine has it: from the environment, as the renderer reads it, or from the data folder. Creates no key.
 */
export async function provingKey(
  { signature }: ReportReady,
  at: Date,
  { env, root, now }: Pick<Surroundings, 'env' | 'root' | 'now'>,
): Promise<ProvingKey> {
  const without = (because: string): ProvingKey => ({ kind: 'none', signer: standInFor(signature), because });
  try {
    const keys = await installedKeys({ env, root, now });
    if (typeof keys === 'string') return without(keys);
    const signer = keys.activeAt(at);
    if (signer.keyId === signature.keyId) return { kind: 'private', signer };
    return without(`the report was signed with key ${signature.keyId}, but this machine has ${signer.keyId}`);
  } catch (error) {
    if (error instanceof SigningError) return without(error.message);
    throw error;
  }
}

/** The keys from the environment or the data folder, or the reason why there are none. Creates no key. Throws `SigningError`. */
export async function installedKeys({
  env,
  root,
  now,
}: Pick<Surroundings, 'env' | 'root' | 'now'>): Promise<KeyRing | string> {
  const developmentFolder = join(resolve(root, env.DATA_DIR || '.data'), 'keys');
  const { SIGNING_KEYS_FILE: keysFile, SIGNING_KEY_FILE: keyFile, SIGNING_CERTIFICATE_FILE: certificateFile } = env;
  const isConfigured = Boolean(keysFile || keyFile || certificateFile);
  // Opening a folder that does not exist would create a key.
  if (!isConfigured && !(await isThere(developmentFolder))) return `there are no keys in ${developmentFolder}`;
  return openSigningKeys({ keysFile, keyFile, certificateFile, developmentFolder, now: now() });
}

/** Has the facts that the report states about its signature, so that its data come out the same. Its signatures are empty and thrown away. */
const standInFor = ({ keyId, algorithm, developmentKey }: ReportReady['signature']): Signer => ({
  keyId,
  algorithm,
  isDevelopmentKey: developmentKey,
  certificate: new Uint8Array(),
  chain: [],
  sign: async () => new Uint8Array(),
});
