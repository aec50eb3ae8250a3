import { createHash, verify, X509Certificate } from 'node:crypto';
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
  | 'subject_mismatch';

export type CheckName = 'form' | 'coverage' | 'key' | 'content' | 'signature' | 'statement' | 'subject';

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
  /** What a valid signature leaves open. Always shown beside the verdict. */
  readonly doesNotProve: readonly string[];
}

const DOES_NOT_PROVE: readonly string[] = [
  'When it was signed: there is no trusted time-stamp, and every date in it is the signer’s own word.',
  'That the key belongs to whom you think: you named the key, so check where you got it from.',
  'That the key was still good: revocation and the certificate’s end date are not looked at.',
  'That the findings are true or complete: the signature says who issued these bytes, not that they are right.',
];

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
}

/** What the checks established; `verificationOf` adds the verdict. */
export interface Established {
  readonly signedBy: SignedBy;
  readonly predicateType?: string;
}

/** Runs `verifyWith` and turns what it recorded into a report. Errors other than a failed check pass through. */
export function verificationOf(sha256: string, verifyWith: (checklist: Checklist) => Established): Verification {
  const checklist = new Checklist();
  try {
    const established = verifyWith(checklist);
    const caveats = established.signedBy.isDevelopmentKey ? [DEVELOPMENT_KEY_CAVEAT] : [];
    return {
      verdict: 'valid',
      checks: checklist.checks,
      ...established,
      sha256,
      doesNotProve: [...caveats, ...DOES_NOT_PROVE],
    };
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    return { verdict: error.code, checks: checklist.checks, sha256, doesNotProve: DOES_NOT_PROVE };
  }
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
