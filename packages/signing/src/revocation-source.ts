import type { X509Certificate } from 'node:crypto';
import {
  contextTag,
  DerError,
  type Issued,
  memberAt,
  membersOf,
  normalOcspResponse,
  objectIdentifier,
  ocspRequest,
  type RevocationEvidence,
  readDer,
  TAG,
} from '@evidence/verify';
import { call, DEFAULT_LIMITS, type HttpLimits, NoAnswer } from './http.js';
import { SigningError } from './signing-error.js';

/** Says whether a certificate was revoked. */
export interface RevocationSource {
  /**
   * The issuer's word on one certificate, to be kept with the signature. Rejects with `SigningError`
   * `revocation_unavailable` when nobody answers, which may pass, and `revocation_source_missing`. Whoever keeps the
   * answer verifies it first.
   */
  evidenceFor(issued: Issued): Promise<RevocationEvidence>;
}

export interface HttpRevocationSource {
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<HttpLimits>;
}

const CRL_DISTRIBUTION_POINTS = '2.5.29.31';

/** Asks where the certificate itself says: its OCSP responder first, for its answer is small, else its revocation list. */
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

function noEvidence({ subject }: X509Certificate, problems: readonly string[]): SigningError {
  const name = subject.replaceAll('\n', ', ');
  if (problems.length === 0) {
    return new SigningError(
      'revocation_source_missing',
      `The certificate of ${name} names no OCSP responder and no revocation list: level B-LT needs one that does.`,
    );
  }
  return new SigningError(
    'revocation_unavailable',
    `Nobody says for now whether the certificate of ${name} was revoked: ${problems.join('; ')}.`,
  );
}

/** authorityInfoAccess (RFC 5280 §4.2.2.1), as Node renders it: one `OCSP - URI:…` a line. */
function ocspUrlsOf({ infoAccess = '' }: X509Certificate): string[] {
  return [...infoAccess.matchAll(/^OCSP - URI:(https?:\/\/\S+)$/gm)].map(([, url]) => url!);
}

/** The URIs of cRLDistributionPoints (RFC 5280 §4.2.1.13), which Node does not read. */
function crlUrlsOf({ raw }: X509Certificate): string[] {
  const extensions = membersOf(memberAt(readDer(raw), 0, TAG.sequence)).find(({ tag }) => tag === contextTag(3));
  if (extensions === undefined) return [];
  const wanted = objectIdentifier(CRL_DISTRIBUTION_POINTS);
  const extension = membersOf(memberAt(extensions, 0, TAG.sequence)).find(
    (each) => Buffer.compare(memberAt(each, 0, TAG.oid).encoded, wanted) === 0,
  );
  const value = extension === undefined ? undefined : membersOf(extension).at(-1)?.content;
  if (value === undefined) return [];
  return membersOf(readDer(value)).flatMap((point) => {
    const [name] = membersOf(point).filter(({ tag }) => tag === contextTag(0));
    const [full] = name === undefined ? [] : membersOf(name).filter(({ tag }) => tag === contextTag(0));
    const uris = full === undefined ? [] : membersOf(full).filter(({ tag }) => tag === URI_TAG);
    return uris.map(({ content }) => Buffer.from(content).toString('latin1')).filter((uri) => /^https?:/.test(uri));
  });
}

/** uniformResourceIdentifier [6] IA5String, IMPLICIT (RFC 5280 §4.2.1.6). */
const URI_TAG = 0x86;
