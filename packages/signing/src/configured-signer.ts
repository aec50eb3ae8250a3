import { ensureDevelopmentAuthority } from './development-authority.js';
import { openSigner } from './pem-signer.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

export interface SigningConfiguration {
  /** Both or neither; PEM, see `PemKey`. */
  readonly keyFile: string | undefined;
  readonly certificateFile: string | undefined;
  /** Where the development key is made and kept when no key is configured. */
  readonly developmentFolder: string;
  readonly now: Date;
}

/**
 * The signer that an installation is configured with. Without a key of its own it gets a development key, and every artifact
 * says so. Throws `SigningError`: half a configuration, or a bad key, must stop a start and never fall back to another key.
 */
export async function openConfiguredSigner(configuration: SigningConfiguration): Promise<Signer> {
  const { keyFile, certificateFile, developmentFolder, now } = configuration;
  if (keyFile && certificateFile) return openSigner({ keyFile, certificateFile, now });
  if (keyFile || certificateFile) {
    const missing = keyFile ? 'SIGNING_CERTIFICATE_FILE' : 'SIGNING_KEY_FILE';
    throw new SigningError('key_missing', `A signing key and its certificate belong together: set ${missing} too.`);
  }
  await ensureDevelopmentAuthority({ folder: developmentFolder, now });
  return openSigner({ folder: developmentFolder, now });
}
