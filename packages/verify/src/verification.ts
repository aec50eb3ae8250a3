import { createHash, verify, X509Certificate } from 'node:crypto';
import { ProofError, type ProofErrorCode } from './proof-error.js';
import { isDevelopmentCertificate, type Trust, type TrustedKey } from './trust.js';

/** Why a signature is refused. One code each, so that a caller can act on it. */
export type FailureCode =
  /** The bytes are not a PDF at all. */
  | 'not_a_pdf'
  /** A PDF, but no signature of the form we write was found in it. */
  | 'not_signed'
  /** Bytes stand outside the signed range: something was appended, or the end is missing. */
  | 'not_fully_covered'
  /** The signature, envelope or statement is not in the one form that we write. */
  | 'malformed'
  /** Well-formed, and made with a key that the caller did not name. */
  | 'key_unknown'
  /** The signed bytes are not those that were signed. */
  | 'content_changed'
  /** The signature does not fit the trusted key. */
  | 'signature_invalid'
  /** The attestation is genuine and speaks of another artifact. */
  | 'subject_mismatch'
  /** Made with a key after its retirement or, for all that can be shown, perhaps after it. */
  | 'key_retired'
  /** Sound, and of a lower level than was asked for: whoever takes off a time-stamp leaves a sound signature behind. */
  | 'level_too_low'
  /** Made with a key before it was put to use. */
  | 'key_not_yet_valid'
  /** A time-stamp or a revocation status, or the chain behind one, does not hold. */
  | ProofErrorCode;

export type CheckName =
  | 'form'
  | 'coverage'
  | 'key'
  | 'content'
  | 'signature'
  | 'statement'
  | 'subject'
  | 'timestamp'
  | 'level'
  | 'period'
  | 'revocation';

/** PAdES baseline levels (ETSI EN 319 142-1 §6): signed; with a proven time; with revocation status; stamped as a whole. */
export type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** From the lowest up. */
export const LEVELS: readonly Level[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];

/** When something was signed, and who says so: a time-stamping authority, or only the signer. */
export interface SigningTime {
  readonly at: Date;
  readonly basis: 'timestamp' | 'claimed';
}

/** One thing that was looked at. After the first failure nothing more is looked at, for it would rest on sand. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  /** For people: what was found. */
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
  /** The predicate type of an attestation that is valid. */
  readonly predicateType?: string;
  /** Of a PDF that is valid: the level that was verified, which is the one the file has. */
  readonly level?: Level;
  readonly signingTime?: SigningTime;
  /**
   * Of a PDF that is valid: SHA-256 of what its signature covers, lower-case hex. Rendered again from the same events it
   * is the same, whatever time-stamps were added.
   */
  readonly signedContentSha256?: string;
  /** What a valid signature leaves open. Always shown beside the verdict. */
  readonly doesNotProve: readonly string[];
}

const WHO = 'That the key belongs to whom you think: you named the key, so check where you got it from.';
const TRUTH =
  'That the findings are true or complete: the signature says who issued these bytes, not that they are right.';
const PAGES = 'That the pages show what the attached data says: both are signed as they are, and not compared.';
const WHEN = 'When it was signed: there is no trusted time-stamp, and every date in it is the signer’s own word.';
const REVOCATION = 'That the key was still good: revocation and the certificate’s end date are not looked at.';

const DEVELOPMENT_KEY_CAVEAT =
  'Anything about who signed: this is a development key, which a first start of the software makes by itself.';

/** A check failed. Inside this package only: it ends a checklist and becomes the verdict. */
class CheckFailed extends Error {
  constructor(readonly code: FailureCode) {
    super(code);
  }
}

/** For people: what to say of a check when it passes and when it fails. */
export interface Wording {
  readonly ok: string;
  readonly failed: string;
}

/** The checks made so far. A failed one is recorded and ends the verification. */
export class Checklist {
  readonly checks: Check[] = [];

  require(name: CheckName, ok: boolean, code: FailureCode, wording: Wording): void {
    this.checks.push({ name, ok, detail: ok ? wording.ok : wording.failed });
    if (!ok) throw new CheckFailed(code);
  }

  /** As `require`, for something that has to be there: answers it. */
  requireFound<T>(name: CheckName, found: T | undefined, code: FailureCode, wording: Wording): T {
    this.require(name, found !== undefined, code, wording);
    return found as T;
  }

  /** Answers what `attempt` proves. A `ProofError` is a failed check, and its message says why. */
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
  extends Pick<Verification, 'predicateType' | 'level' | 'signingTime' | 'signedContentSha256'> {
  readonly signedBy: SignedBy;
  readonly key: TrustedKey;
  /** The age of the oldest revocation status that the verification rests on. */
  readonly revocationAsOf?: Date;
}

/** Runs `verifyWith` and turns what it recorded into a report. Errors other than a failed check pass through. */
export function verificationOf(sha256: string, verifyWith: (checklist: Checklist) => Established): Verification {
  const checklist = new Checklist();
  try {
    const { key, revocationAsOf, ...established } = verifyWith(checklist);
    const doesNotProve = openQuestions({ key, ...(revocationAsOf && { revocationAsOf }), ...established });
    return { verdict: 'valid', checks: checklist.checks, ...established, sha256, doesNotProve };
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    const doesNotProve = [WHEN, WHO, REVOCATION, TRUTH];
    return { verdict: error.code, checks: checklist.checks, sha256, doesNotProve };
  }
}

function openQuestions({ signedBy, signingTime, key, level, revocationAsOf }: Established): string[] {
  const { basis, at } = signingTime ?? {};
  const when =
    basis === 'timestamp'
      ? `When exactly it was signed: the time-stamp shows that it was no later than ${at?.toISOString()}.`
      : WHEN;
  const revocation =
    revocationAsOf === undefined
      ? REVOCATION
      : `That no certificate was revoked before for a reason, such as a theft, that its authority learned after ${revocationAsOf.toISOString()}.`;
  const retired =
    key.retiredAt !== undefined && basis !== 'timestamp'
      ? [
          `That the key was still in use: it signs until ${key.retiredAt.toISOString()}, and that this was signed before is the signer’s own word. Only a time-stamp would show it.`,
        ]
      : [];
  const pages = level === undefined ? [] : [PAGES];
  const development = signedBy.isDevelopmentKey ? [DEVELOPMENT_KEY_CAVEAT] : [];
  return [...development, ...retired, when, WHO, revocation, TRUTH, ...pages];
}

/**
 * Refuses a key outside the period in which it signs, as its JWK states it. A time-stamp decides where there is one:
 * it proves that the signature is no younger. Else the signer's claim is taken, and its weight is stated with the verdict.
 * Without either, a key that is retired proves nothing.
 */
export function requireInUse(checklist: Checklist, key: TrustedKey, time: SigningTime | undefined): void {
  const { validFrom, retiredAt } = key;
  if (validFrom === undefined && retiredAt === undefined) return;
  const when = time === undefined ? 'at a time that nothing states' : `${time.at.toISOString()} (${time.basis})`;
  const retired = retiredAt !== undefined && (time === undefined || time.at >= retiredAt);
  checklist.require('period', !retired, 'key_retired', {
    ok: `signed ${when}, before any retirement of the key`,
    failed: `signed ${when}, and the key is retired since ${retiredAt?.toISOString()}`,
  });
  if (validFrom === undefined || time === undefined) return;
  checklist.require('period', time.at >= validFrom, 'key_not_yet_valid', {
    ok: `the key was in use from ${validFrom.toISOString()}`,
    failed: `signed ${when}, and the key was put to use on ${validFrom.toISOString()}`,
  });
}

/** Finds the trusted key with this id. The id is a hint from the file; only the caller's key is ever used. */
export function requireTrustedKey(checklist: Checklist, keyId: string, trust: Trust): TrustedKey {
  const key = trust.keys.find((each) => each.keyId === keyId);
  return checklist.requireFound('key', key, 'key_unknown', {
    ok: `the key ${keyId} is one of the ${trust.keys.length} you trust`,
    failed: `signed with the key ${keyId}, which is not one of the ${trust.keys.length} you trust`,
  });
}

/** RS256 or ES256 over `bytes`; an ES256 signature is DER. */
export function isSignatureValid(bytes: Uint8Array, signature: Uint8Array, key: TrustedKey): boolean {
  return verify('sha256', bytes, key.publicKey, signature);
}

export function signedByOf(key: TrustedKey, certificate?: X509Certificate): SignedBy {
  const marked = certificate !== undefined && isDevelopmentCertificate(certificate);
  return {
    keyId: key.keyId,
    ...(certificate === undefined ? {} : { subject: certificate.subject.replaceAll('\n', ', ') }),
    isDevelopmentKey: key.isDevelopmentKey || marked,
  };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
