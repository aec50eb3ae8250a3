import type { X509Certificate } from 'node:crypto';
import {
  contextTag,
  DerError,
  type DerValue,
  memberAt,
  membersOf,
  objectIdentifier,
  readDer,
  readTime,
  TAG,
} from '../asn1/der.js';
import { digestOfSignature, isSoundSignature, readSigned } from './algorithms.js';
import { namesOf } from './certificates.js';
import { readExtensions } from './extensions.js';
import { type RevocationStatus, readReason } from './revocation-status.js';

/** The largest lists of public authorities have some hundred thousand entries. */
const REVOKED_MAX = 1_000_000;

const REASON_CODE = objectIdentifier('2.5.29.21');

/**
 * What a certificate revocation list (RFC 5280 §5), signed by `issuer`, says about `certificate`; undefined if it is the list
 * of another issuer. A list with a critical extension, such as a delta or a partial list, is not accepted (§5.2). Throws
 * `DerError`.
 */
export function crlStatus(
  crl: Uint8Array,
  certificate: X509Certificate,
  issuer: X509Certificate,
): RevocationStatus | undefined {
  const { toBeSigned, algorithm, signature, rest } = readSigned(readDer(crl));
  const members = membersOf(toBeSigned);
  const [inner, issuerName, thisUpdate, ...optional] = members[0]?.tag === TAG.integer ? members.slice(1) : members;
  if (inner === undefined || issuerName === undefined || thisUpdate === undefined)
    throw new DerError('it is cut short');
  const { serialNumber, issuer: wantedName } = namesOf(certificate);
  if (Buffer.compare(issuerName.encoded, wantedName) !== 0) return undefined;

  if (rest.length > 0 || Buffer.compare(inner.encoded, algorithm) !== 0) {
    throw new DerError('it contains unexpected bytes');
  }
  const digest = digestOfSignature(algorithm, issuer.publicKey);
  if (!isSoundSignature(issuer.publicKey, digest, toBeSigned.encoded, signature)) {
    throw new DerError('it is not signed by its issuer');
  }
  refuseCriticalExtensions(optional.find(({ tag }) => tag === contextTag(0)));
  const nextUpdate = optional.find(({ tag }) => tag === TAG.utcTime || tag === TAG.generalizedTime);
  const revoked = optional.find(({ tag }) => tag === TAG.sequence);
  const entry = (revoked === undefined ? [] : membersOf(revoked, REVOKED_MAX)).find(
    (each) => Buffer.compare(memberAt(each, 0, TAG.integer).encoded, serialNumber) === 0,
  );
  return {
    asOf: readTime(thisUpdate),
    ...(nextUpdate === undefined ? {} : { until: readTime(nextUpdate) }),
    ...(entry === undefined ? {} : revocationIn(entry)),
  };
}

/** SEQUENCE { userCertificate, revocationDate, crlEntryExtensions OPTIONAL } (RFC 5280 §5.1). */
function revocationIn(entry: DerValue): Pick<RevocationStatus, 'revokedAt' | 'reason'> {
  const [, revokedAt, extensions] = membersOf(entry);
  if (revokedAt === undefined) throw new DerError('an entry is cut short');
  const known = extensions === undefined ? [] : readExtensions(extensions);
  const reason = known.find(({ id }) => Buffer.compare(id, REASON_CODE) === 0);
  return { revokedAt: readTime(revokedAt), ...(reason && { reason: readReason(readDer(reason.value)) }) };
}

function refuseCriticalExtensions(extensions: DerValue | undefined): void {
  if (extensions === undefined) return;
  const critical = readExtensions(memberAt(extensions, 0, TAG.sequence)).some((each) => each.critical);
  if (critical) throw new DerError('it has a critical extension, so it may not cover every certificate');
}
