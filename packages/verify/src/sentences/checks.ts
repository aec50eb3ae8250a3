// The result of each check. A verdict prints them in the order in which they were made.

/** The result to print if a check passes, and if it fails. */
export interface Wording {
  readonly ok: string;
  readonly failed: string;
}

export const keyCheck = (keyId: string): Wording => ({
  ok: `the key ${keyId} is one that you trust`,
  failed: `signed with the key ${keyId}, which is not one that you trust`,
});

/** `when`: undefined if nothing states it. */
export const notRetired = (when: string | undefined, retiredAt: Date | undefined): Wording => ({
  ok:
    retiredAt === undefined
      ? 'no retirement of the key is stated'
      : `signed ${when}, and the key was not retired at that time`,
  failed:
    when === undefined
      ? `nothing states when this was signed, and the period of the key ends at ${retiredAt?.toISOString()}`
      : `signed ${when}, but the key was retired on ${retiredAt?.toISOString()}`,
});

export const alreadyInUse = (when: string, validFrom: Date): Wording => ({
  ok: `the key was already in use (since ${validFrom.toISOString()})`,
  failed: `signed ${when}, but the key was not in use before ${validFrom.toISOString()}`,
});

const BASIS = { timestamp: 'time-stamped', claimed: 'as the signer claims' } as const;

export const signedWhen = ({ at, basis }: { readonly at: Date; readonly basis: keyof typeof BASIS }): string =>
  `at ${at.toISOString()} (${BASIS[basis]})`;

export const pdfChecks = {
  isPdf: { ok: 'the file begins with %PDF-', failed: 'the file does not begin with %PDF-' },
  additions: {
    ok: 'no unexpected security store or time-stamp follows the signed report',
    failed: 'the security store or time-stamp added after the signed report is not in the expected form',
  },
  content: {
    ok: 'the signed bytes match the digest in the signature',
    failed: 'the bytes of the file are not the bytes that were signed',
  },
  signature: (algorithm: string): Wording => ({
    ok: `${algorithm} signature by the trusted key`,
    failed: 'the signature was not made with the key that it names',
  }),
  place: {
    ok: 'one signature, whose signed range starts at byte 0',
    failed: 'no signature was found whose signed range starts at byte 0 and leaves out only the signature',
  },
  coverage: (signed: number, length: number): Wording => ({
    ok: `all ${length} bytes of the report are signed, from the first to the last`,
    failed: `${signed} bytes were signed, but the file has ${length}`,
  }),
  cms: {
    ok: 'a PAdES baseline signature, followed only by zeros in its placeholder',
    failed: 'not a PAdES baseline signature that is followed only by zeros in its placeholder',
  },
  certificate: {
    ok: 'the signing certificate can be read',
    failed: 'the signing certificate cannot be read',
  },
  exactForm: {
    ok: 'the signature and its certificates are in the expected form, byte for byte',
    failed: 'the signature contains unexpected bytes',
  },
  data: (sha256: string, stated: string): Wording => ({
    ok: 'the attached data has the SHA-256 that the document properties state',
    failed: `the attached data has the SHA-256 ${sha256}, but the document properties state ${stated}`,
  }),
  level: (level: string, atLeast: string): Wording => ({
    ok: `level ${level}; at least ${atLeast} is required`,
    failed: `level ${level}, but at least ${atLeast} is required`,
  }),
} as const;

export const lastingChecks = {
  order: {
    ok: 'no PAdES level is skipped',
    failed: 'a security store without a time-stamp, or a document time-stamp without a security store',
  },
  certificateValid: 'the signing certificate was valid at that time',
  allTrusted: 'you trust every certificate directly',
  noneRevoked: (asOf: Date) =>
    `no certificate was revoked at that time, according to revocation data as of ${asOf.toISOString()}`,
  signatureExisted: 'the signature',
  fileExisted: 'the whole file',
} as const;

/** `what` was time-stamped. */
export const existedAt = (what: string, at: Date, authority: string): string =>
  `${what} existed at ${at.toISOString()}, according to ${authority}`;

export const attestationChecks = {
  envelope: {
    ok: 'a DSSE envelope with one signature over an in-toto statement',
    failed: 'the attestation is not a DSSE envelope in the expected form',
  },
  signature: (algorithm: string): Wording => ({
    ok: `${algorithm} signature by the trusted key`,
    failed: 'the statement is not what the trusted key signed',
  }),
  statement: {
    ok: 'an in-toto statement about one subject',
    failed: 'the signed payload is not an in-toto Statement v1 about one subject',
  },
  subject: (name: string, stated: string, sha256: string): Wording => ({
    ok: `the statement is about this file (${name})`,
    failed: `the statement is about ${name} with SHA-256 ${stated}, but this file has SHA-256 ${sha256}`,
  }),
  attestation: 'the attestation',
} as const;
