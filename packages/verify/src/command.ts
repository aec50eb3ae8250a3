import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readAuthorities } from './certificates.js';
import { readTrust, type Trust, TrustError } from './trust.js';
import { LEVELS, type Level, type Verification } from './verification.js';
import { verifyAttestation } from './verify-attestation.js';
import { verifyPdf } from './verify-pdf.js';

/** What the process answers with: part of the command's contract, so that a script need not read the text. */
export const EXIT = { valid: 0, invalid: 1, unusable: 2, keyUnknown: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The whole file is held in memory; larger ones than the artifact store takes cannot be ours. */
const FILE_MAX_BYTES = 1024 * 1024 * 1024;

const USAGE = `Usage: evidence verify <file> --key <jwks.json | certificate.pem> [--authorities <ca.pem>] [--level B-T]
                       [--attestation <file.dsse.json> [--timestamp <file.tst>]]

Verifies a signed report without a network. The key comes from you, never from the file: take it from
/.well-known/jwks.json of the service that issued the report, or from whom you trust.

  --key          a JWK Set, a PEM certificate or a PEM public key
  --attestation  the DSSE envelope of the file; needed unless the file is a PDF, which carries its own signature

  --authorities  PEM certificates of the authorities you trust for certificates and time-stamps; needed when a report
                 is time-stamped or archived (levels B-T, B-LT, B-LTA), for it is never taken for less than it claims
  --level        the least PAdES level to accept: B-B (the default), B-T, B-LT or B-LTA. Ask for the level that you
                 were promised: a report cut back to a lower one is sound in itself
  --timestamp    an RFC 3161 token of the attestation

Exit code: 0 valid; 1 not valid; 2 the command or a file cannot be used; 3 nothing wrong was found, and the key that
signed it or the authority that time-stamped it is not among those you trust.
`;

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `argv` is what follows `evidence verify`. Writes the report to stdout, what cannot be used to stderr. */
export async function verifyCommand(argv: readonly string[], { stdout, stderr }: Streams): Promise<ExitCode> {
  try {
    const request = readArguments(argv);
    if (request === 'help') {
      stdout.write(USAGE);
      return EXIT.valid;
    }
    const verifications = await verifyFile(request);
    for (const [title, verification] of verifications) stdout.write(render(title, verification));
    return exitCodeOf(verifications.map(([, verification]) => verification));
  } catch (error) {
    if (!(error instanceof Unusable) && !(error instanceof TrustError)) throw error;
    stderr.write(`${error.message}\n`);
    return EXIT.unusable;
  }
}

/** The command line or a file named on it cannot be used. */
class Unusable extends Error {}

interface Request {
  readonly file: string;
  readonly key: string;
  readonly authorities: string | undefined;
  readonly level: Level;
  readonly attestation: string | undefined;
  readonly timestamp: string | undefined;
}

function readArguments(argv: readonly string[]): Request | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Unusable(`Name exactly one file to verify.\n\n${USAGE}`);
  if (values.key === undefined) throw new Unusable(`Say which key you trust with --key.\n\n${USAGE}`);
  const { key, authorities, attestation, timestamp } = values;
  if (timestamp !== undefined && attestation === undefined) {
    throw new Unusable(`--timestamp belongs to an attestation: name that with --attestation.\n\n${USAGE}`);
  }
  const level = LEVELS.find((each) => each === (values.level ?? 'B-B'));
  if (level === undefined) throw new Unusable(`--level is one of ${LEVELS.join(', ')}.\n\n${USAGE}`);
  return { file, key, authorities, level, attestation, timestamp };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        authorities: { type: 'string' },
        level: { type: 'string' },
        attestation: { type: 'string' },
        timestamp: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new Unusable(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
}

async function verifyFile(request: Request): Promise<[title: string, Verification][]> {
  const { file, key, level, attestation, timestamp: token } = request;
  const trust: Trust = readTrust((await read(key)).toString('utf8'));
  const authorities =
    request.authorities === undefined ? [] : readAuthorities((await read(request.authorities)).toString('utf8'));
  const bytes = await read(file);
  const envelope = attestation === undefined ? undefined : await read(attestation);
  const timestamp = token === undefined ? undefined : await read(token);
  const isPdf = bytes.subarray(0, 5).toString('latin1') === '%PDF-';
  if (!isPdf && envelope === undefined) {
    throw new Unusable(`${file} is not a PDF, so its signature is beside it: name that file with --attestation.`);
  }
  const verifications: [string, Verification][] = [];
  if (isPdf)
    verifications.push([`${file} (its own signature)`, verifyPdf({ bytes, trust, authorities, atLeast: level })]);
  if (envelope !== undefined) {
    verifications.push([
      `${file} (attestation ${attestation})`,
      verifyAttestation({ artifact: { bytes }, envelope, trust, authorities, ...(timestamp && { timestamp }) }),
    ]);
  }
  return verifications;
}

async function read(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > FILE_MAX_BYTES) throw new Unusable(`${path} has ${size} bytes; at most ${FILE_MAX_BYTES} are read.`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Unusable) throw cause;
    throw new Unusable(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** With these verdicts nothing is known to be wrong: the caller's trust does not reach far enough. */
const BEYOND_TRUST: readonly string[] = ['key_unknown', 'authority_unknown'];

/** Anything changed outweighs an unknown key: the worse news decides. */
function exitCodeOf(verifications: readonly Verification[]): ExitCode {
  const verdicts = verifications.map((each) => each.verdict).filter((verdict) => verdict !== 'valid');
  if (verdicts.length === 0) return EXIT.valid;
  return verdicts.every((verdict) => BEYOND_TRUST.includes(verdict)) ? EXIT.keyUnknown : EXIT.invalid;
}

const TIME_BASIS = { timestamp: 'time-stamped', claimed: 'by its own word' } as const;

function render(title: string, verification: Verification): string {
  const { verdict, checks, signedBy, sha256, level, signingTime, signedContentSha256, doesNotProve } = verification;
  const lines = [
    verdict === 'valid' ? `VALID      ${title}` : `NOT VALID  ${title}: ${verdict}`,
    `  sha256   ${sha256}`,
    ...(signedBy === undefined ? [] : [`  key      ${signedBy.keyId}`]),
    ...(signedBy?.subject === undefined ? [] : [`  signer   ${signedBy.subject}`]),
    ...(level === undefined ? [] : [`  level    PAdES ${level}`]),
    ...(signingTime === undefined
      ? []
      : [`  signed   ${TIME_BASIS[signingTime.basis]} ${signingTime.at.toISOString()}`]),
    ...(signedContentSha256 === undefined ? [] : [`  content  ${signedContentSha256} (the signed bytes alone)`]),
    ...checks.map((check) => `  ${check.ok ? 'ok    ' : 'FAILED'}   ${check.detail}`),
    ...(verdict === 'valid' ? ['  Not proven by this signature:', ...doesNotProve.map((each) => `    - ${each}`)] : []),
  ];
  return `${lines.map(withoutControls).join('\n')}\n`;
}

/** Names come out of files that anybody may have made: they must not steer the terminal. */
function withoutControls(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
