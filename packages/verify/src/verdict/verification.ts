import { createHash, verify, X509Certificate } from 'node:crypto';
import type { Level } from '../pdf-file/level.js';
import { LAYOUT_BY_TEMPLATE, type StatedReport } from '../pdf-file/signed-reason.js';
import { alreadyInUse, keyCheck, notRetired, signedWhen, type Wording } from '../sentences/checks.js';
import * as open from '../sentences/open-questions.js';
import { subjectOf } from '../x509/certificates.js';
import { isDevelopmentCertificate } from '../x509/keys.js';
import { ProofError, type ProofErrorCode } from '../x509/proof-error.js';
import type { Trust, TrustedKey } from './trust.js';

/** Why a signature is refused. One code each, so that a caller can act on it. */
export type FailureCode =
  /** The bytes are not a PDF at all. */
  | 'not_a_pdf'
  /** A PDF, but no signature of the form we write was found in it. */
  | 'not_signed'
  /** Bytes lie outside the signed range: something was appended, or the end is missing. */
  | 'not_fully_covered'
  /** The signature, envelope or statement is not in the one form that we write. */
  | 'malformed'
  /** Well-formed, but made with a key that the caller does not trust. */
  | 'key_unknown'
  /** The signed bytes are not those that were signed. */
  | 'content_changed'
  /** The signature was not made with the trusted key. */
  | 'signature_invalid'
  /** The attestation is genuine but is about another artifact. */
  | 'subject_mismatch'
  /** The signature is valid, but the attached data does not have the digest in the document properties. */
  | 'data_mismatch'
  /** Made with a retired key, and nothing shows that it was made before the retirement. */
  | 'key_retired'
  /** The events of an export contradict each other, their contracts, or its files. */
  | 'events_mismatch'
  /** Valid, but at a lower level than was asked for: a signature whose time-stamp was removed is still valid. */
  | 'level_too_low'
  /** Made with a key before it was in use. */
  | 'key_not_yet_valid'
  /** A time-stamp or a revocation status, or the certificate chain of one, is not valid. */
  | ProofErrorCode;

export type CheckName =
  | 'form'
  | 'coverage'
  | 'key'
  | 'content'
  | 'signature'
  | 'data'
  | 'statement'
  | 'events'
  | 'subject'
  | 'timestamp'
  | 'level'
  | 'period'
  | 'revocation';

/** When something was signed, according to a time-stamping authority or only the signer. */
export interface SigningTime {
  readonly at: Date;
  readonly basis: 'timestamp' | 'claimed';
}

/** One check. The first failure ends the verification: later checks would prove nothing. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  /** What was found, as a sentence. */
  readonly detail: string;
}

export interface SignedBy {
  readonly keyId: string;
  /** The subject of the signing certificate, where there is one. */
  readonly subject?: string;
  readonly isDevelopmentKey: boolean;
}

export interface Verification {
  readonly verdict: 'valid' | FailureCode;
  readonly checks: readonly Check[];
  /** Only when the signature is made by a trusted key. */
  readonly signedBy?: SignedBy;
  /** SHA-256 of the artifact, lower-case hex. */
  readonly sha256: string;
  /** Only when the verdict is valid and the signature states it. */
  readonly report?: StatedReport;
  /** The predicate type of a valid attestation. */
  readonly predicateType?: string;
  /** The level of a valid PDF; it was verified at exactly this level. */
  readonly level?: Level;
  readonly signingTime?: SigningTime;
  /**
   * SHA-256 of the bytes that the signature of a valid PDF covers, lower-case hex. A PDF rendered again from the same events
   * has the same digest, even with other time-stamps.
   */
  readonly signedContentSha256?: string;
  /** SHA-256 of the JSON attached to a valid PDF, lower-case hex. The PDF prints it on its cover or, with a template, in each footer. */
  readonly dataSha256?: string;
  /** What a valid export does not contain. */
  readonly doesNotContain?: readonly string[];
  /** What a valid signature does not prove; with any other verdict, that only the passed checks prove something. Always shown with the verdict. */
  readonly doesNotProve: readonly string[];
}

/** A check failed. Internal to this package: it ends a checklist and becomes the verdict. */
class CheckFailed extends Error {
  constructor(readonly code: FailureCode) {
    super(code);
  }
}

/** The checks made so far. A failed one is recorded and ends the verification. */
export class Checklist {
  readonly checks: Check[] = [];

  require(name: CheckName, ok: boolean, code: FailureCode, wording: Wording): void {
    this.checks.push({ name, ok, detail: ok ? wording.ok : wording.failed });
    if (!ok) throw new CheckFailed(code);
  }

  /** As `require`, for something that must be present. Returns it. */
  requireFound<T>(name: CheckName, found: T | undefined, code: FailureCode, wording: Wording): T {
    this.require(name, found !== undefined, code, wording);
    return found as T;
  }

  /** Returns what `attempt` proves. A `ProofError` is a failed check, and its message says why. */
  requireProof<T>(name: CheckName, attempt: () => T, ok: (proof: T) => string): T {
    try {
      const proof = attempt();
      this.checks.push({ name, ok: true, detail: ok(proof) });
      return proof;
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      this.checks.push({ name, ok: false, detail: error.message });
      throw new CheckFailed(error.code);
    }
  }
}

/** What the checks established; `verificationOf` adds the verdict. */
export interface Established
  extends Pick<
    Verification,
    'report' | 'predicateType' | 'level' | 'signingTime' | 'signedContentSha256' | 'dataSha256' | 'doesNotContain'
  > {
  readonly signedBy: SignedBy;
  readonly key: TrustedKey;
  /** The time of the oldest revocation status that the verification relies on. */
  readonly revocationAsOf?: Date;
}

/** Runs `verifyWith` and turns its checklist into a verdict. Rethrows its other errors. */
export function verificationOf(sha256: string, verifyWith: (checklist: Checklist) => Established): Verification {
  const checklist = new Checklist();
  try {
    return passed(sha256, checklist, verifyWith(checklist));
  } catch (error) {
    return failed(sha256, checklist, error);
  }
}

/** As `verificationOf`, for files that are too large to read at once. */
export async function verificationOfLarge(
  sha256: string,
  verifyWith: (checklist: Checklist) => Promise<Established>,
): Promise<Verification> {
  const checklist = new Checklist();
  try {
    return passed(sha256, checklist, await verifyWith(checklist));
  } catch (error) {
    return failed(sha256, checklist, error);
  }
}

function passed(sha256: string, { checks }: Checklist, { key, revocationAsOf, ...rest }: Established): Verification {
  const doesNotProve = openQuestions({ key, ...(revocationAsOf && { revocationAsOf }), ...rest });
  return { verdict: 'valid', checks, ...rest, sha256, doesNotProve };
}

function failed(sha256: string, { checks }: Checklist, error: unknown): Verification {
  if (!(error instanceof CheckFailed)) throw error;
  return { verdict: error.code, checks, sha256, doesNotProve: [open.UNPASSED] };
}

function openQuestions({ signedBy, signingTime, key, level, report, revocationAsOf }: Established): string[] {
  const { basis, at } = signingTime ?? {};
  const when = basis === 'timestamp' ? open.exactTime(at) : open.WHEN;
  const revocation = revocationAsOf === undefined ? open.REVOCATION : open.laterRevocation(revocationAsOf);
  const retired = key.retiredAt !== undefined && basis !== 'timestamp' ? [open.stillInUse(key.retiredAt)] : [];
  const isByTemplate = report?.layout === 'template';
  const layout = isByTemplate ? [open.templatePages(LAYOUT_BY_TEMPLATE)] : [];
  const pages = level === undefined || isByTemplate ? [] : [open.PAGES];
  const development = signedBy.isDevelopmentKey ? [open.DEVELOPMENT_KEY] : [];
  return [...development, ...layout, ...retired, when, open.WHO, revocation, open.TRUTH, ...pages];
}

/**
 * Refuses a key outside the period in which it signs, as its JWK states it. A time-stamp decides if there is one, because it
 * proves that the signature is at least as old. Otherwise the signer's claim counts, and the verdict says that it is only a claim.
 * Without either, a retired key proves nothing.
 */
export function requireInUse(checklist: Checklist, key: TrustedKey, time: SigningTime | undefined): void {
  const { validFrom, retiredAt } = key;
  if (validFrom === undefined && retiredAt === undefined) return;
  const when = time && signedWhen(time);
  const retired = retiredAt !== undefined && (time === undefined || time.at >= retiredAt);
  checklist.require('period', !retired, 'key_retired', notRetired(when, retiredAt));
  if (validFrom === undefined || time === undefined) return;
  checklist.require('period', time.at >= validFrom, 'key_not_yet_valid', alreadyInUse(signedWhen(time), validFrom));
}

/** Finds the trusted key with this id. The id is a hint from the file; only the caller's key is ever used. */
export function requireTrustedKey(checklist: Checklist, keyId: string, trust: Trust): TrustedKey {
  const key = trust.keys.find((each) => each.keyId === keyId);
  return checklist.requireFound('key', key, 'key_unknown', keyCheck(keyId));
}

/** RS256 or ES256 over `bytes`; an ES256 signature is DER. */
export function isSignatureValid(bytes: Uint8Array, signature: Uint8Array, key: TrustedKey): boolean {
  return verify('sha256', bytes, key.publicKey, signature);
}

/** `isMarked`: the signed content says that the key is a development key. */
export function signedByOf(key: TrustedKey, certificate?: X509Certificate, isMarked = false): SignedBy {
  const marked = isMarked || (certificate !== undefined && isDevelopmentCertificate(certificate));
  return {
    keyId: key.keyId,
    ...(certificate === undefined ? {} : { subject: subjectOf(certificate) }),
    isDevelopmentKey: key.isDevelopmentKey || marked,
  };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
