import type { X509Certificate } from 'node:crypto';
import {
  contextTag,
  DerError,
  extensionOf,
  type Issued,
  membersOf,
  normalOcspResponse,
  ocspRequest,
  type RevocationEvidence,
  readDer,
  subjectOf,
} from '@evidence/verify/formats';
import { call, DEFAULT_LIMITS, type HttpLimits, NoAnswer } from './http.js';
import { SigningError } from './signing-error.js';

/** Provides the revocation status of certificates. */
export interface RevocationSource {
  /**
   * The issuer's statement about one certificate, to be stored with the signature. Rejects with `SigningError`
   * `revocation_unavailable` if no responder is reached, which is temporary, and `revocation_source_missing`. The caller
   * verifies the statement before storing it.
   */
  evidenceFor(issued: Issued): Promise<RevocationEvidence>;
}

export interface HttpRevocationSource {
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<HttpLimits>;
}

const CRL_DISTRIBUTION_POINTS = '2.5.29.31';

/** Asks the addresses in the certificate: its OCSP responder first, because its response is small, then its revocation list. */
export function httpRevocationSource({
  fetch = globalThis.fetch,
  limits,
}: HttpRevocationSource = {}): RevocationSource {
  const allLimits = { ...DEFAULT_LIMITS, ...limits };
  return {
    async evidenceFor({ certificate, issuer }) {
      const places = [
        ...ocspUrlsOf(certificate).map((url) => ({ kind: 'ocsp', url }) as const),
        ...crlUrlsOf(certificate).map((url) => ({ kind: 'crl', url }) as const),
      ];
      const problems: string[] = [];
      for (const { kind, url } of places) {
        try {
          if (kind === 'crl') return { kind, bytes: await call({ fetch, url, limits: allLimits }) };
          const body = { bytes: Buffer.from(ocspRequest(certificate, issuer)), mediaType: 'application/ocsp-request' };
          const response = await call({ fetch, url, limits: allLimits, body });
          return { kind, bytes: normalOcspResponse(response, issuer) };
        } catch (cause) {
          if (!(cause instanceof NoAnswer) && !(cause instanceof DerError)) throw cause;
          problems.push(cause.message);
        }
      }
      throw noEvidence(certificate, problems);
    },
  };
}

function noEvidence(certificate: X509Certificate, problems: readonly string[]): SigningError {
  const name = subjectOf(certificate);
  if (problems.length === 0) {
    return new SigningError(
      'revocation_source_missing',
      `The certificate of ${name} names neither an OCSP responder nor a revocation list: level B-LT needs a certificate that names one.`,
    );
  }
  return new SigningError(
    'revocation_unavailable',
    `The revocation status of the certificate of ${name} is unavailable for now: ${problems.join('; ')}.`,
  );
}

/** authorityInfoAccess (RFC 5280 §4.2.2.1), as Node prints it: one `OCSP - URI:…` per line. */
function ocspUrlsOf({ infoAccess = '' }: X509Certificate): string[] {
  return [...infoAccess.matchAll(/^OCSP - URI:(https?:\/\/\S+)$/gm)].map(([, url]) => url!);
}

/** The URIs of cRLDistributionPoints (RFC 5280 §4.2.1.13), which Node does not read. */
function crlUrlsOf(certificate: X509Certificate): string[] {
  const extension = extensionOf(certificate, CRL_DISTRIBUTION_POINTS);
  if (extension === undefined) return [];
  return membersOf(readDer(extension.value)).flatMap((point) => {
    const [name] = membersOf(point).filter(({ tag }) => tag === contextTag(0));
    const [full] = name === undefined ? [] : membersOf(name).filter(({ tag }) => tag === contextTag(0));
    const uris = full === undefined ? [] : membersOf(full).filter(({ tag }) => tag === URI_TAG);
    return uris.map(({ content }) => Buffer.from(content).toString('latin1')).filter((uri) => /^https?:/.test(uri));
  });
}

/** uniformResourceIdentifier [6] IA5String, IMPLICIT (RFC 5280 §4.2.1.6). */
const URI_TAG = 0x86;
