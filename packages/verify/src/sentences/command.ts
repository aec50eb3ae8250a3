// The command: its help, its errors, and the labels of its report.

const SYNOPSIS = `Usage: evidence verify <file> --key <jwks.json | certificate.pem>
                       [--authorities <ca.pem>] [--level B-T] [--json]
                       [--attestation <file.dsse.json> [--timestamp <file.tst>]]
`;

export const USAGE = `${SYNOPSIS}
Checks offline who signed a file, and that it has not changed since. The file is
a report (PDF or JSON) or an archive made by "evidence export".

  --key          the issuer's public key: a JWK Set (jwks.json), or a PEM
                 certificate or public key. Get it from a source you trust, such
                 as /.well-known/jwks.json of the issuing service, never from
                 the file. Without --key, an export is checked with the keys
                 inside it; if no problem is found, the exit code is then 3
  --attestation  the signed statement about the file (a DSSE envelope). Required
                 for JSON; optional for a PDF, which is signed inside
  --authorities  PEM certificates of the authorities that you trust to issue
                 certificates and time-stamps. Required if the signature is
                 time-stamped (levels B-T, B-LT and B-LTA): such a file is never
                 accepted at a lower level
  --level        the lowest PAdES level to accept for a PDF: B-B (the default),
                 B-T, B-LT or B-LTA. Require the level that you were promised: a
                 report whose time-stamps were removed is still valid at a lower
                 level
  --timestamp    an RFC 3161 time-stamp of the attestation, if you were given
                 one
  --json         prints one JSON document per line, for programs

Exit codes:
  0  valid. The output also lists what the signature does not prove
  1  not valid: do not rely on the file
  2  no verdict: the command line, or a file that it names, cannot be used
  3  undecided: you do not trust the key or an authority, or a chain of
     certificates cannot be accepted

Examples:
  evidence verify report.pdf --key jwks.json
  evidence verify report.pdf --key jwks.json --authorities ca.pem --level B-T
  evidence verify report.json --key jwks.json --attestation report.dsse.json
`;

/** The command line cannot be used. */
export const misusedSays = {
  withSynopsis: (why: string) => `${why}\n\n${SYNOPSIS}Use --help to see what each option means.`,
  repeated: (option: string) => `--${option} is given more than once.`,
  oneFile: 'Give exactly one file to verify.',
  timestampAlone: '--timestamp is the time-stamp of an attestation: give --attestation too.',
  level: (levels: readonly string[]) => `--level must be one of ${levels.join(', ')}.`,
  unknown: (option: string, meant: string | undefined) =>
    `There is no option ${option}${meant === undefined ? '.' : `: did you mean --${meant}?`}`,
  noKey: 'Give a public key that you trust: --key jwks.json.',
  levelOfOther: (file: string) => `--level is only for PDFs, and ${file} is not a PDF.`,
  attestationOfExport: (file: string) => `${file} is an export, which contains its attestation: omit --attestation.`,
} as const;

/** A file cannot be used. */
export const fileSays = {
  empty: (file: string) => `${file} is empty: download it again.`,
  noAttestation: (file: string) =>
    `${file} is not a PDF, because it does not begin with %PDF-. If you received it as a PDF, it was changed or damaged: do not rely on it. A JSON report is signed in a separate file: get that file from /api/v2/reports/<id>/attestation of the issuing service, and give it with --attestation.`,
  exportUnsupported: (file: string) =>
    `${file} is an export. Only the operator’s command can check it as a whole. To verify the reports in it one by one, unpack it with tar xf.`,
  tooLarge: (file: string, bytes: bigint, most: number) => `${file} has ${bytes} bytes; the limit is ${most}.`,
  changing: (file: string) => `${file} was modified while it was read: try again when nothing is writing to it.`,
  folder: (file: string) => `${file} is a folder: give a file in it.`,
  notAFile: (file: string) => `${file} is a pipe or a device, not a file: save it to a file first.`,
  unreadable: (file: string, why: string) => `${file} cannot be read: ${why}.`,
  reasons: { ENOENT: 'there is no such file', EACCES: 'permission denied' } as Readonly<Record<string, string>>,
} as const;

/** A defect of the verifier is no verdict on the file. The stack shows where the defect is. */
export const defect = (stack: unknown): string => `The verifier failed. This says nothing about the file. ${stack}`;

/** The labels of a report, and what is printed for each. */
export const reportSays = {
  ownSignature: 'checked against the signature inside the PDF',
  attestation: (file: string) => `checked against the attestation ${file}`,
  checked: '  Checked:',
  passed: 'ok    ',
  failed: 'FAILED',
  /** The check that leaves a file undecided. */
  open: 'OPEN  ',
  notContained: '  Not in this file:',
  notProven: '  Not proven:',
  next: '  Next:',
  valid: 'VALID     ',
  validWithDevelopmentKey: 'VALID, with a development key: ',
  undecided: 'UNDECIDED ',
  notValid: 'NOT VALID ',
  report: (id: string, tenant: string) => `${id} of tenant ${tenant}`,
  data: (sha256: string) =>
    `${sha256} (SHA-256 of the attached JSON; the PDF prints it on the cover or in each footer)`,
  level: (level: string) => `PAdES ${level}`,
  signed: {
    timestamp: (at: string) => `no later than ${at}, according to a time-stamp`,
    claimed: (at: string) => `at ${at}, according to the signer only`,
  },
  covers: (sha256: string) => `${sha256} (SHA-256 of the signed bytes, without the signature)`,
} as const;
