import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { openPemSigner } from './pem-signer.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

export interface Pkcs12Key {
  /** A PKCS #12 file (RFC 7292), commonly `.p12` or `.pfx`, with one private key and its certificates. */
  readonly pkcs12: Uint8Array;
  /** ASCII: other characters are encoded differently by the old and the new schemes, and node-forge 1.4 supports only one. */
  readonly passphrase: string;
  /** The time at which the certificate must be valid. */
  readonly now: Date;
}

/** A key and a handful of certificates take some kilobytes. */
const PKCS12_MAX_BYTES = 1024 * 1024;

/**
 * Opens a signer from a PKCS #12 file, protected by PBES2 (as OpenSSL 3 writes it) or by the older RC2 and 3DES schemes.
 * Throws `SigningError`: `key_unreadable` also for a wrong passphrase, which cannot be distinguished from a damaged file.
 *
 * Node reads PKCS #12 only for TLS and never exposes the key, and PKCS #12 is not our core. node-forge is widely used, well
 * maintained, and reads both kinds of protection; it is loaded on first use.
 */
export async function openPkcs12Signer({ pkcs12, passphrase, now }: Pkcs12Key): Promise<Signer> {
  if (pkcs12.length > PKCS12_MAX_BYTES) {
    throw new SigningError('key_unreadable', `The PKCS #12 file is too large: the limit is ${PKCS12_MAX_BYTES} bytes.`);
  }
  if (!/^[\x20-\x7e]*$/.test(passphrase)) {
    throw new SigningError(
      'key_unreadable',
      'The passphrase of a PKCS #12 file must be ASCII: export the file with another passphrase.',
    );
  }
  const { key, certificates } = await decrypt(pkcs12, passphrase);
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (leaf === undefined) {
    throw new SigningError('key_mismatch', 'No certificate in the PKCS #12 file belongs to its private key.');
  }
  return openPemSigner({
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateChainPem: inOrder(leaf, certificates).join(''),
    now,
  });
}

interface Contents {
  readonly key: KeyObject;
  readonly certificates: readonly X509Certificate[];
}

async function decrypt(pkcs12: Uint8Array, passphrase: string): Promise<Contents> {
  const { default: forge } = await import('node-forge');
  try {
    const file = forge.asn1.fromDer(Buffer.from(pkcs12).toString('latin1'));
    const { safeContents } = forge.pkcs12.pkcs12FromAsn1(file, passphrase);
    const bags = safeContents.flatMap((contents) => contents.safeBags);
    const keyTypes = [forge.pki.oids.keyBag, forge.pki.oids.pkcs8ShroudedKeyBag];
    const keys = bags.filter((bag) => keyTypes.includes(bag.type));
    const [key, ...more] = keys.map((bag) => {
      // forge parses RSA keys itself; for others, such as EC, it leaves the PKCS #8 structure.
      const structure = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1;
      return createPrivateKey({ key: bytesOf(forge.asn1.toDer(structure)), format: 'der', type: 'pkcs8' });
    });
    if (key === undefined || more.length > 0) throw new Error(`it contains ${keys.length} private keys instead of one`);
    const certificates = bags
      .filter((bag) => bag.type === forge.pki.oids.certBag)
      .map((bag) => (bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1))
      .map((structure) => new X509Certificate(bytesOf(forge.asn1.toDer(structure))));
    return { key, certificates };
  } catch (cause) {
    throw new SigningError(
      'key_unreadable',
      `The PKCS #12 file cannot be opened (${(cause as Error).message}): check the file and its passphrase.`,
      { cause },
    );
  }
}

/** PKCS #12 keeps certificates in any order. */
function inOrder(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf];
  for (let last = leaf; chain.length <= certificates.length; ) {
    const issuer = certificates.find((each) => !chain.includes(each) && last.checkIssued(each));
    if (issuer === undefined) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

const bytesOf = (buffer: { getBytes(): string }): Buffer => Buffer.from(buffer.getBytes(), 'latin1');
