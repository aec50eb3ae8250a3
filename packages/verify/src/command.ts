import { parseArgs } from 'node:util';
import { readAuthorities } from './certificates.js';
import { FILE_MAX_BYTES, readInput, readTextInput, SMALL_FILE_MAX_BYTES, Unusable } from './input.js';
import { isBeyondTrust, renderJson, renderText, type Verified, withoutControls } from './rendering.js';
import { readTrust, TrustError } from './trust.js';
import { LEVELS, type Level } from './verification.js';
import { verifyAttestation } from './verify-attestation.js';
import { verifyPdf } from './verify-pdf.js';

/** What the process answers with: part of the command's contract, so that a script need not read the text. */
export const EXIT = { valid: 0, invalid: 1, unusable: 2, keyUnknown: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const SYNOPSIS = `Usage: evidence verify <file> --key <jwks.json | certificate.pem>
                       [--authorities <ca.pem>] [--level B-T] [--json]
                       [--attestation <file.dsse.json> [--timestamp <file.tst>]]
`;

const USAGE = `${SYNOPSIS}
Verifies a signed report without a network. The key comes from you, never from
the file: take it from /.well-known/jwks.json of the service that issued the
report, or from whom you trust.

  --key          a JWK Set, a PEM certificate or a PEM public key
  --attestation  the DSSE envelope of the file; needed unless the file is a PDF,
                 which carries its own signature
  --authorities  PEM certificates of the authorities you trust for certificates
                 and time-stamps; needed when a report is time-stamped or
                 archived (levels B-T, B-LT, B-LTA), for it is never taken for
                 less than it claims
  --level        the least PAdES level of a PDF to accept: B-B (the default),
                 B-T, B-LT or B-LTA. Ask for the level that you were promised:
                 a report cut back to a lower one is sound in itself
  --timestamp    an RFC 3161 token of the attestation
  --json         one JSON document a line, for programs

Exit codes:
  0  valid: read what the signature leaves open, which is printed
  1  not valid: do not rely on the file
  2  the command line, or a file named on it, cannot be used
  3  undecided: nothing wrong was found, and the key that signed it or the
     authority that time-stamped it is not among those you trust

Examples:
  evidence verify report.pdf --key jwks.json
  evidence verify report.pdf --key jwks.json --authorities ca.pem --level B-T
  evidence verify report.json --key jwks.json --attestation report.dsse.json
`;

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `argv` is what follows `name`, as the caller's program is called. Writes the report to stdout, what cannot be used to stderr. Never rejects. */
export async function verifyCommand(
  argv: readonly string[],
  { stdout, stderr }: Streams,
  name: 'evidence verify' | 'evidence-verify' = 'evidence verify',
): Promise<ExitCode> {
  const named = (text: string): string => text.replaceAll('evidence verify', name);
  try {
    const request = readArguments(argv);
    if (request === 'help') {
      stdout.write(named(USAGE));
      return EXIT.valid;
    }
    const verified = await verifyFile(request);
    stdout.write(verified.map(request.json ? renderJson : renderText).join(request.json ? '' : '\n'));
    return exitCodeOf(verified);
  } catch (error) {
    stderr.write(`${named(explained(error)).split('\n').map(withoutControls).join('\n')}\n`);
    return EXIT.unusable;
  }
}

/** A defect of ours is no verdict on the file, and its stack says where it is. */
function explained(error: unknown): string {
  if (error instanceof Unusable || error instanceof TrustError) return error.message;
  return `The verifier failed, which says nothing about the file: ${error instanceof Error ? error.stack : error}`;
}

interface Request {
  readonly file: string;
  readonly key: string;
  readonly authorities: string | undefined;
  readonly level: Level;
  readonly attestation: string | undefined;
  readonly timestamp: string | undefined;
  readonly json: boolean;
}

const OPTIONS = {
  key: { type: 'string' },
  authorities: { type: 'string' },
  level: { type: 'string' },
  attestation: { type: 'string' },
  timestamp: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function readArguments(argv: readonly string[]): Request | 'help' {
  const { values, positionals, tokens } = parse(argv);
  if (values.help === true) return 'help';
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  // Of two keys one would be left out without a word.
  if (repeated !== undefined) throw misused(`Give --${repeated} once.`);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw misused('Name exactly one file to verify.');
  if (values.key === undefined) throw misused('Say which key you trust with --key.');
  const { key, authorities, attestation, timestamp, json = false } = values;
  if (timestamp !== undefined && attestation === undefined) {
    throw misused('--timestamp belongs to an attestation: name that with --attestation.');
  }
  const level = LEVELS.find((each) => each === (values.level ?? 'B-B'));
  if (level === undefined) throw misused(`--level is one of ${LEVELS.join(', ')}.`);
  return { file, key, authorities, level, attestation, timestamp, json };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, tokens: true, options: OPTIONS });
  } catch (cause) {
    throw misused((cause as Error).message);
  }
}

const misused = (why: string): Unusable => new Unusable(`${why}\n\n${SYNOPSIS}Say --help for what each option means.`);

async function verifyFile(request: Request): Promise<Verified[]> {
  const { file, key, level, attestation, timestamp: token } = request;
  const trust = readTrust(await readTextInput(key));
  const authorities =
    request.authorities === undefined ? [] : readAuthorities(await readTextInput(request.authorities));
  const bytes = await readInput(file, FILE_MAX_BYTES);
  const small = async (path: string | undefined) =>
    path === undefined ? undefined : await readInput(path, SMALL_FILE_MAX_BYTES);
  const [envelope, timestamp] = [await small(attestation), await small(token)];
  const isPdf = bytes.subarray(0, 5).toString('latin1') === '%PDF-';
  if (bytes.length === 0) throw new Unusable(`${file} is empty: get it again.`);
  if (!isPdf && envelope === undefined) {
    throw new Unusable(
      `${file} is not a PDF, so its signature is beside it: name that file with --attestation. The service that issued the report has it at /api/v2/reports/<id>/attestation.`,
    );
  }
  if (!isPdf && request.level !== 'B-B') throw misused(`--level is for a PDF, and ${file} is none.`);
  const verified: Verified[] = [];
  if (isPdf) verified.push({ file, verification: verifyPdf({ bytes, trust, authorities, atLeast: level }) });
  if (attestation !== undefined && envelope !== undefined) {
    const attested = { artifact: { bytes }, envelope, trust, authorities, ...(timestamp && { timestamp }) };
    verified.push({ file, attestation, verification: verifyAttestation(attested) });
  }
  return verified;
}

/** Anything changed outweighs an unknown key: the worse news decides. */
function exitCodeOf(verified: readonly Verified[]): ExitCode {
  const others = verified.map(({ verification }) => verification).filter(({ verdict }) => verdict !== 'valid');
  if (others.length === 0) return EXIT.valid;
  return others.every(isBeyondTrust) ? EXIT.keyUnknown : EXIT.invalid;
}
