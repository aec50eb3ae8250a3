import type { X509Certificate } from 'node:crypto';
import { chainOf, type Issued, isAmong, readCertificate, requireChain } from '../x509/certificates.js';
import type { CertificateChain } from './signed-data.js';
import type { ProvenTime } from './timestamp.js';

/** The certificates whose status must be known, with their issuers. Throws `ProofError` and `DerError`. */
export function issuedFor(
  chain: CertificateChain,
  proven: ProvenTime,
  authorities: readonly X509Certificate[],
): Issued[] {
  const [leaf, ...issuers] = certificatesOf(chain);
  const signing = requireChain(chainOf(leaf, issuers, authorities), proven.at, authorities);
  const own = signing.map(({ certificate }) => certificate);
  return [...signing, ...proven.issued.filter(({ certificate }) => !isAmong(certificate, own))];
}

/** The certificates that a security store keeps: of the signer and of the time-stamp, each once. Throws `DerError`. */
export function storedCertificates(chain: CertificateChain, proven: ProvenTime): Uint8Array[] {
  const own = certificatesOf(chain);
  return [...own, ...proven.chain.filter((each) => !isAmong(each, own))].map((certificate) => certificate.raw);
}

function certificatesOf({ certificate, issuers }: CertificateChain): [X509Certificate, ...X509Certificate[]] {
  return [readCertificate(certificate), ...issuers.map(readCertificate)];
}
