// What an auditor does next, by verdict.

const NOT_WHAT_WAS_SIGNED =
  'Do not rely on this file: it is not, byte for byte, what was signed. Get it again from the service that issued it, and do not open and re-save it before you verify it.';
const PROOF_INVALID =
  'Do not rely on this file: a proof in it is not valid. Ask the issuer for the report again, and say which check failed.';
const CERTIFICATE_NOT_VALID =
  'Do not rely on this file: the signed bytes are unchanged, but it is not shown that every certificate was valid at the time. Ask the issuer for the report again, and say which check failed.';

export const nextSteps = {
  not_a_pdf: 'This file is not a PDF. Verify a JSON report with its attestation.',
  not_signed:
    'This file has no signature of the expected kind, so nothing shows who made it. Ask the issuer for the original file, not for a printout or a re-saved copy.',
  not_fully_covered: NOT_WHAT_WAS_SIGNED,
  malformed: NOT_WHAT_WAS_SIGNED,
  content_changed: NOT_WHAT_WAS_SIGNED,
  signature_invalid: NOT_WHAT_WAS_SIGNED,
  subject_mismatch:
    'The attestation is genuine but is about another file. Get the attestation that belongs to this file. If this is the right one, the file was changed.',
  data_mismatch:
    'The signature is valid, but the report contradicts itself: its attached data does not have the SHA-256 that its document properties state. Do not rely on it, and ask the issuer how this happened.',
  events_mismatch:
    'Do not rely on this export: its contents contradict each other. Ask the issuer for another export, and say which check failed.',
  key_unknown:
    'No problem was found, but nothing has been proven: anyone can sign with a key of their own. Get the issuer’s jwks.json from the issuer, never from the file or its sender, and try again.',
  authority_unknown:
    'The certificates could not be traced to an authority that you trust; the last check says why. If it names an authority that you trust, give its certificate with --authorities and try again. Otherwise do not rely on this file, and ask the issuer.',
  key_retired:
    'Do not rely on this file unless something else shows that it was signed before the key was retired. Ask the issuer for a report signed with a current key.',
  key_not_yet_valid: 'Do not rely on this file. Ask the issuer how the key could sign before it was in use.',
  level_too_low:
    'The signature is valid but proves less than you require. Ask the issuer for the report at the required level: the time-stamps of this copy may have been removed.',
  certificate_expired: CERTIFICATE_NOT_VALID,
  certificate_revoked: CERTIFICATE_NOT_VALID,
  timestamp_invalid: PROOF_INVALID,
  revocation_invalid: PROOF_INVALID,
} as const;

export const validWithDevelopmentKey =
  'This shows that the file was not changed after it was signed. It does not show who signed it. If you need evidence, ask for a report signed with the issuer’s own key.';
export const valid =
  'Compare the key above with the one that the issuer gave you through another channel, such as a contract or its website. Then read what is not proven.';
