import { join } from 'node:path';
import { ensureDevelopmentAuthority, openSigner, type Signer } from '@evidence/signing';
import { tempFolder } from '@evidence/testkit';

/** One signer for all tests of a file, because an RSA key takes a second to make. */
export function signer(now: Date): Promise<Signer> {
  made ??= (async () => {
    await using folder = await tempFolder();
    const keys = { folder: join(folder.path, 'keys'), now };
    await ensureDevelopmentAuthority(keys);
    return await openSigner(keys);
  })();
  return made;
}
let made: Promise<Signer> | undefined;
