import { KeyObject, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Certificates are valid from a little earlier, so that a clock that is set back does not make them invalid. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const VALID_FOR_MS = 10 * 365 * DAY_MS;
/** RFC 5280 §4.1.2.2: a positive number of at most 20 octets. */
const SERIAL_BYTES = 16;

/** Small keys, quick handshakes, and support in every TLS library. */
const P_256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** PEM: an X.509 certificate and its PKCS #8 key. */
export interface Issued {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** `peer`: a server of a cluster, which is also a client of the other servers. */
  readonly usage: 'server' | 'client' | 'peer';
  /** The host names and addresses at which the server is reached. */
  readonly hosts?: readonly string[];
}

/** Issues certificates for the parts of one installation. Its key is never stored, so it cannot issue more later. */
export interface InstallationAuthority {
  readonly certificatePem: string;
  issue(request: CertificateRequest): Promise<Issued>;
}

const generateKeys = () => crypto.subtle.generateKey(P_256, true, ['sign', 'verify']);
const serialNumber = () => `00${randomBytes(SERIAL_BYTES).toString('hex')}`;

/** A new authority, which no other installation trusts. Takes about 50 ms, most of it for loading the library. */
export async function makeInstallationAuthority(now: Date): Promise<InstallationAuthority> {
  // @peculiar/x509 2.2 (through tsyringe) does not load without it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const validity = {
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + VALID_FOR_MS),
  };
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'O=Evidence Reports,CN=Authority of this installation',
    ...validity,
    keys,
    signingAlgorithm: P_256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${authority.toString('pem')}\n`,
    async issue({ commonName, usage, hosts = [] }) {
      const own = await generateKeys();
      const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
      const uses = { server: [serverAuth], client: [clientAuth], peer: [serverAuth, clientAuth] }[usage];
      const names = hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: `O=Evidence Reports,CN=${commonName}`,
        issuer: authority.subject,
        ...validity,
        signingAlgorithm: P_256,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension(uses),
          ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const keyPem = KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
      return { certificatePem: `${certificate.toString('pem')}\n`, keyPem };
    },
  };
}
