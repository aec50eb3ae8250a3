import type { Verification } from './verification.js';

const NOT_WHAT_WAS_SIGNED =
  'Do not rely on this file: it is not, to the byte, what was signed. Get it again from the service that issued it, and let nothing open and save it on the way.';
const PROOF_BROKEN =
  'Do not rely on this file: a proof in it does not hold. Ask the issuer for the report again, and say which check failed.';

/** For people, by verdict: what to do with a file that is not valid. */
const STEPS: Readonly<Record<Exclude<Verification['verdict'], 'valid'>, string>> = {
  not_a_pdf: 'This is no PDF. Verify a JSON report with its attestation.',
  not_signed:
    'Nothing in this file says who made it: no signature as we write them is in it. Ask the issuer for the original, not a print or a copy that was saved anew.',
  not_fully_covered: NOT_WHAT_WAS_SIGNED,
  malformed: NOT_WHAT_WAS_SIGNED,
  content_changed: NOT_WHAT_WAS_SIGNED,
  signature_invalid: NOT_WHAT_WAS_SIGNED,
  subject_mismatch:
    'The attestation is genuine and is about another file. Get the one that belongs to this file; if this is the one, the file was changed.',
  key_unknown:
    'Nothing wrong was found as far as was looked, and nothing is shown either: anybody can sign with a key of their own. Get the issuer’s jwks.json from the issuer, never from the file or from whoever sent it, and try again.',
  authority_unknown:
    'Nothing wrong was found as far as was looked. If you trust the authority that is named last above, give its certificate with --authorities, and try again.',
  key_retired:
    'Do not rely on this file unless something else shows that it was signed before the key was retired. Ask the issuer for a report signed with the key in use.',
  key_not_yet_valid: 'Do not rely on this file. Ask the issuer how a key could sign before it was put to use.',
  level_too_low:
    'The signature holds and proves less than you asked for. Ask the issuer for the report at that level: its time-stamps may have been cut off.',
  certificate_expired: PROOF_BROKEN,
  certificate_revoked: PROOF_BROKEN,
  timestamp_invalid: PROOF_BROKEN,
  revocation_invalid: PROOF_BROKEN,
};

const DEVELOPMENT_KEY =
  'This shows that nothing was changed since, and nothing about who signed. As evidence, ask for a report signed with a key that is the issuer’s own.';
const COMPARE_KEY =
  'Compare the key above with what the issuer told you another way, such as a contract or its own pages. Then read what is left open.';

/** What an auditor does next. */
export function nextStepOf({ verdict, signedBy }: Pick<Verification, 'verdict' | 'signedBy'>): string {
  if (verdict !== 'valid') return STEPS[verdict];
  return signedBy?.isDevelopmentKey ? DEVELOPMENT_KEY : COMPARE_KEY;
}
