import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertDocument, type SigningKey, type SigningKeys } from '@evidence/contracts';
import { readCertificateChain } from './certificate-chain.js';
import { ensureDevelopmentAuthority } from './development-authority.js';
import { openExternalSigner, type SignRequest } from './external-signer.js';
import { type JwkSet, jwkOf } from './jwks.js';
import { keyFilesOf, readKeyBytes, readKeyFile } from './key-files.js';
import { type KeyPeriod, KeyRing, type RingKey } from './key-ring.js';
import { openPemSigner } from './pem-signer.js';
import { openPkcs12Signer } from './pkcs12-signer.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

/** Where an installation keeps its keys: a file that lists them, two PEM files, or nothing, which gives a development key. */
export interface SigningConfiguration {
  /** A `SigningKeys.v1` document. */
  readonly keysFile: string | undefined;
  /** Both or neither: one PEM key without a period, and its certificate chain. */
  readonly keyFile: string | undefined;
  readonly certificateFile: string | undefined;
  /** Where the development key is made and kept if no key is configured. */
  readonly developmentFolder: string;
  readonly now: Date;
}

/**
 * All signing keys of the installation. Without a configured key it gets a development key, and every artifact says so.
 * Throws `SigningError`: an incomplete configuration or a bad key must stop the start, never fall back to another key.
 */
export async function openSigningKeys(configuration: SigningConfiguration): Promise<KeyRing> {
  const { folder, keys } = await configuredKeys(configuration);
  return new KeyRing(await Promise.all(keys.map((key) => openKey(key, folder, configuration.now))));
}

/** The public part of the same keys, with their periods, read only from the certificates. Throws `SigningError`. */
export async function publishedKeys(configuration: SigningConfiguration): Promise<JwkSet> {
  const { folder, keys } = await configuredKeys(configuration);
  const read = async (key: SigningKey) => {
    const { published } = readCertificateChain(await readKeyFile(resolve(folder, key.certificateFile)));
    return jwkOf(published, periodOf(key));
  };
  return { keys: await Promise.all(keys.map(read)) };
}

interface ConfiguredKeys extends SigningKeys {
  /** Where relative paths start. */
  readonly folder: string;
}

async function configuredKeys(configuration: SigningConfiguration): Promise<ConfiguredKeys> {
  const { keysFile, keyFile, certificateFile, developmentFolder, now } = configuration;
  if (keysFile && (keyFile || certificateFile)) {
    throw new SigningError(
      'key_mismatch',
      'SIGNING_KEYS_FILE already lists all keys: unset SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE.',
    );
  }
  if (keysFile) return listedKeys(keysFile);
  if (keyFile && certificateFile) return pemKeys(keyFile, certificateFile);
  if (keyFile || certificateFile) {
    const missing = keyFile ? 'SIGNING_CERTIFICATE_FILE' : 'SIGNING_KEY_FILE';
    throw new SigningError('key_missing', `A signing key and its certificate belong together: set ${missing} too.`);
  }
  await ensureDevelopmentAuthority({ folder: developmentFolder, now });
  const made = keyFilesOf(developmentFolder);
  return pemKeys(made.keyFile, made.certificateFile);
}

const pemKeys = (pemFile: string, certificateFile: string): ConfiguredKeys => ({
  folder: '.',
  keys: [{ certificateFile, privateKey: { pemFile } }],
});

async function listedKeys(keysFile: string): Promise<ConfiguredKeys> {
  const text = await readKeyFile(keysFile);
  try {
    const document: unknown = JSON.parse(text);
    assertDocument('SigningKeys.v1', document);
    return { folder: dirname(keysFile), ...(document as SigningKeys) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new SigningError('key_unreadable', `${keysFile} is not a list of signing keys: ${message}.`, { cause });
  }
}

/** The files that a list of keys names, as it names them. Throws `SigningError` for a list that cannot be read. */
export async function listedFiles(keysFile: string): Promise<readonly string[]> {
  const { keys } = await listedKeys(keysFile);
  return keys.flatMap(({ certificateFile, privateKey: { pemFile, pkcs12File, passphraseFile, module } = {} }) =>
    [certificateFile, pemFile, pkcs12File, passphraseFile, module].filter((file) => file !== undefined),
  );
}

async function openKey(key: SigningKey, folder: string, now: Date): Promise<RingKey> {
  const certificateChainPem = await readKeyFile(resolve(folder, key.certificateFile));
  const period = periodOf(key);
  const { retiredAt } = period;
  // The schema allows only a retired key to have no private key.
  if (key.privateKey === undefined) return { ...period, retiredAt: retiredAt!, certificateChainPem };
  const signer = await openPrivateKey(key.privateKey, folder, certificateChainPem, useOf(period, now));
  return { ...period, signer };
}

async function openPrivateKey(
  { pemFile, pkcs12File, passphraseFile, module }: NonNullable<SigningKey['privateKey']>,
  folder: string,
  certificateChainPem: string,
  now: Date,
): Promise<Signer> {
  if (pemFile !== undefined) {
    return openPemSigner({ keyPem: await readKeyFile(resolve(folder, pemFile)), certificateChainPem, now });
  }
  if (module !== undefined) {
    return openExternalSigner({ certificateChainPem, now, sign: await signIn(resolve(folder, module)) });
  }
  const passphrase = (await readKeyFile(resolve(folder, passphraseFile!))).split(/\r?\n/, 1)[0]!;
  const pkcs12 = await readKeyBytes(resolve(folder, pkcs12File!));
  const signer = await openPkcs12Signer({ pkcs12, passphrase, now });
  const { published } = readCertificateChain(certificateChainPem);
  if (signer.keyId === published.keyId) return { ...published, sign: (bytes) => signer.sign(bytes) };
  throw new SigningError('key_mismatch', `The key in ${pkcs12File} is not the key of its certificateFile.`);
}

async function signIn(path: string): Promise<(request: SignRequest) => Promise<Uint8Array>> {
  const loaded = await import(pathToFileURL(path).href).catch((cause: Error) => {
    throw new SigningError('key_unreadable', `The signing module ${path} cannot be loaded: ${cause.message}.`, {
      cause,
    });
  });
  if (typeof loaded.sign === 'function') return loaded.sign;
  throw new SigningError('key_unreadable', `The signing module ${path} does not export a function "sign".`);
}

function periodOf({ validFrom, retiredAt }: SigningKey): KeyPeriod {
  return {
    ...(validFrom !== undefined && { validFrom: new Date(validFrom) }),
    ...(retiredAt !== undefined && { retiredAt: new Date(retiredAt) }),
  };
}

/** The instant in the key's period that is closest to now. Its certificate must be valid then, because then it signs. */
function useOf({ validFrom, retiredAt }: KeyPeriod, now: Date): Date {
  if (validFrom !== undefined && now < validFrom) return validFrom;
  return retiredAt !== undefined && now > retiredAt ? retiredAt : now;
}
