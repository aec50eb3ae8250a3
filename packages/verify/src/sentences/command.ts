// The command: its help, its errors, and the labels of its report.

const SYNOPSIS = `Usage: evidence verify <file> --key <jwks.json | certificate.pem>
                       [--authorities <ca.pem>] [--level B-T] [--json]
                       [--attestation <file.dsse.json> [--timestamp <file.tst>]]
`;

export const USAGE = `${SYNOPSIS}
Verifies a signed report, or a file of evidence export, offline. Get the public
key from a source you trust, such as /.well-known/jwks.json of the service that
issued the report, never from the file. Without --key, an export is checked with
the keys inside it; if no problem is found, the exit code is 3.

  --key          a JWK Set, a PEM certificate or a PEM public key
  --attestation  the DSSE envelope of the file; required unless the file is a
                 PDF, which carries its own signature, or an export
  --authorities  PEM certificates of the authorities that you trust to issue
                 certificates and time-stamps; required for a time-stamped or
                 archived report (levels B-T, B-LT, B-LTA), which is never
                 accepted at a lower level
  --level        the lowest PAdES level to accept for a PDF: B-B (the default),
                 B-T, B-LT or B-LTA. Give the level that you were promised: a
                 report whose time-stamps were removed is still valid at a
                 lower level
  --timestamp    an RFC 3161 time-stamp of the attestation
  --json         one JSON document per line, for programs

Exit codes:
  0  valid: read what the signature does not prove, which is printed
  1  not valid: do not rely on the file
  2  the command line, or a file that it names, cannot be used
  3  undecided: the key is not one you trust, or the time-stamping authority is
     not; no other problem was found

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
  timestampAlone: '--timestamp is for an attestation: give --attestation too.',
  level: (levels: readonly string[]) => `--level must be one of ${levels.join(', ')}.`,
  unknown: (option: string, meant: string | undefined) =>
    `There is no option ${option}${meant === undefined ? '.' : `: did you mean --${meant}?`}`,
  noKey: 'Give the public key that you trust with --key.',
  levelOfOther: (file: string) => `--level is only for PDFs, and ${file} is not a PDF.`,
  attestationOfExport: (file: string) => `${file} is an export, which contains its attestation: omit --attestation.`,
} as const;

/** A file cannot be used. */
export const fileSays = {
  empty: (file: string) => `${file} is empty: get it again.`,
  noAttestation: (file: string) =>
    `${file} does not begin like a PDF. If it should be a PDF, it is damaged: do not rely on it. Otherwise its signature is in a separate file: give that file with --attestation. The service that issued the report has it at /api/v2/reports/<id>/attestation.`,
  exportUnsupported: (file: string) =>
    `${file} is an export. Only the operator’s command checks it as a whole. Here you can verify the reports in it one by one: unpack it with tar xf.`,
  tooLarge: (file: string, bytes: bigint, most: number) => `${file} has ${bytes} bytes; the limit is ${most}.`,
  changing: (file: string) => `${file} was written to while it was read: try again when nothing is writing to it.`,
  folder: (file: string) => `${file} is a folder: give a file in it.`,
  notAFile: (file: string) => `${file} is a pipe or a device, not a file: save it to a file first.`,
  unreadable: (file: string, why: string) => `${file} cannot be read: ${why}.`,
  reasons: { ENOENT: 'there is no such file', EACCES: 'permission denied' } as Readonly<Record<string, string>>,
} as const;

/** A defect of ours is no verdict on the file; its stack shows where it is. */
export const defect = (stack: unknown): string =>
  `The verifier itself failed, which says nothing about the file: ${stack}`;

/** The labels of a report, and what is printed for each. */
export const reportSays = {
  ownSignature: 'by its own signature',
  attestation: (file: string) => `by the attestation ${file}`,
  checked: '  Checked:',
  notContained: '  Not in this file:',
  notProven: '  Not proven by this signature:',
  next: '  Next:',
  valid: 'VALID     ',
  validWithDevelopmentKey: 'VALID, with a development key: ',
  undecided: 'UNDECIDED ',
  notValid: 'NOT VALID ',
  report: (id: string, tenant: string) => `${id} of tenant ${tenant}`,
  data: (sha256: string) => `sha256 ${sha256} of the attached JSON (“Data SHA-256” on the cover)`,
  level: (level: string) => `PAdES ${level}`,
  signed: { timestamp: 'time-stamped', claimed: 'claimed by the signer' },
  covers: (sha256: string) => `sha256 ${sha256} of the signed bytes, without the signature`,
} as const;
