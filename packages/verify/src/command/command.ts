import type { X509Certificate } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FileBytes, sha256OfFile } from '../pdf-file/file-bytes.js';
import { LEVELS, type Level } from '../pdf-file/level.js';
import { defect, fileSays, misusedSays, USAGE } from '../sentences/command.js';
import { readAuthorities, readTrust, type Trust, TrustError } from '../verdict/trust.js';
import type { Verification } from '../verdict/verification.js';
import { verifyAttestation } from '../verdict/verify-attestation.js';
import { startsAsPdf, verifyPdfFile } from '../verdict/verify-pdf.js';
import { readInput, readTextInput, readWhereItLies, SMALL_FILE_MAX_BYTES, Unusable } from './input.js';
import { isBeyondTrust, renderJson, renderText, type Verified, withoutControls } from './rendering.js';

/** The exit codes: part of the command's contract, so that a script need not parse the text. */
export const EXIT = { valid: 0, invalid: 1, unusable: 2, keyUnknown: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ExportAsked {
  /** Undefined: the caller gave no key, so only the integrity of the file can be checked. */
  readonly trust: Trust | undefined;
  readonly authorities: readonly X509Certificate[];
  /** The lowest level to accept for the PDFs in it. */
  readonly level: Level;
}

/** Checks a file of `evidence export`. It needs the contracts of the events, which this package does not have. */
export type CheckExport = (bytes: FileBytes, sha256: string, asked: ExportAsked) => Promise<Verification>;

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `argv` follows `name`, the name of the caller's program. Writes the report to stdout, and errors about its input to stderr. Never rejects. */
export async function verifyCommand(
  argv: readonly string[],
  { stdout, stderr }: Streams,
  name: 'evidence verify' | 'evidence-verify' = 'evidence verify',
  checkExport?: CheckExport,
): Promise<ExitCode> {
  const named = (text: string): string => text.replaceAll('evidence verify', name);
  try {
    const request = readArguments(argv);
    if (request === 'help') {
      stdout.write(named(USAGE));
      return EXIT.valid;
    }
    const verified = await verifyFile(request, checkExport);
    stdout.write(verified.map(request.json ? renderJson : renderText).join(request.json ? '' : '\n'));
    return exitCodeOf(verified);
  } catch (error) {
    stderr.write(`${named(explained(error)).split('\n').map(withoutControls).join('\n')}\n`);
    return EXIT.unusable;
  }
}

function explained(error: unknown): string {
  if (error instanceof Unusable || error instanceof TrustError) return error.message;
  return defect(error instanceof Error ? error.stack : error);
}

interface Request {
  readonly file: string;
  readonly key: string | undefined;
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
  // Otherwise one of two keys would be silently ignored.
  if (repeated !== undefined) throw misused(misusedSays.repeated(repeated));
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw misused(misusedSays.oneFile);
  const { key, authorities, attestation, timestamp, json = false } = values;
  if (timestamp !== undefined && attestation === undefined) {
    throw misused(misusedSays.timestampAlone);
  }
  const level = LEVELS.find((each) => each === (values.level ?? 'B-B'));
  if (level === undefined) throw misused(misusedSays.level(LEVELS));
  return { file, key, authorities, level, attestation, timestamp, json };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, tokens: true, options: OPTIONS });
  } catch (cause) {
    const { code, message } = cause as Error & { code?: string };
    const [, unknown] = /'(--[^']*)'/.exec(message) ?? [];
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || unknown === undefined) throw misused(message);
    const meant = Object.keys(OPTIONS).find((name) => isNearly(unknown.slice(2), name));
    throw misused(misusedSays.unknown(unknown, meant));
  }
}

/** The option names are few and long, so a typo is recognised by its letters: at most one is missing, added or different. */
function isNearly(written: string, name: string): boolean {
  const left = [...name];
  const added = [...written].filter((letter) => {
    const at = left.indexOf(letter);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return added.length <= 1 && left.length <= 1;
}

const misused = (why: string): Unusable => new Unusable(misusedSays.withSynopsis(why));

async function verifyFile(request: Request, checkExport: CheckExport | undefined): Promise<Verified[]> {
  const { file, key, level, attestation, timestamp: token } = request;
  const trust = key === undefined ? undefined : readTrust(await readTextInput(key));
  const authorities =
    request.authorities === undefined ? [] : readAuthorities(await readTextInput(request.authorities));
  const small = async (path: string | undefined) =>
    path === undefined ? undefined : await readInput(path, SMALL_FILE_MAX_BYTES);
  const [envelope, timestamp] = [await small(attestation), await small(token)];
  return readWhereItLies(file, async (bytes) => {
    if (bytes.length === 0) throw new Unusable(fileSays.empty(file));
    if (startsAsExport(bytes)) {
      const asked = { trust, authorities, level };
      return [await verifyExport(request, bytes, asked, checkExport)];
    }
    if (trust === undefined) throw misused(misusedSays.noKey);
    const isPdf = startsAsPdf(bytes);
    if (!isPdf && envelope === undefined) {
      throw new Unusable(fileSays.noAttestation(file));
    }
    if (!isPdf && request.level !== 'B-B') throw misused(misusedSays.levelOfOther(file));
    const sha256 = sha256OfFile(bytes);
    const verified: Verified[] = [];
    if (isPdf) {
      const verification = await verifyPdfFile(bytes, sha256, { trust, authorities, atLeast: level });
      verified.push({ file, verification });
    }
    if (attestation !== undefined && envelope !== undefined) {
      const attested = { artifact: { sha256 }, envelope, trust, authorities, ...(timestamp && { timestamp }) };
      verified.push({ file, attestation, verification: verifyAttestation(attested) });
    }
    return verified;
  });
}

const EXPORT_ATTESTATION = 'manifest.json.dsse.json';

/** By its first file name or by the format's mark: if one byte was changed, one of them is still there. */
const startsAsExport = (bytes: FileBytes): boolean =>
  bytes.toString('latin1', 0, 13) === 'events.jsonl\0' || bytes.toString('latin1', 257, 263) === 'ustar\0';

async function verifyExport(
  { file, attestation }: Request,
  bytes: FileBytes,
  asked: ExportAsked,
  checkExport: CheckExport | undefined,
): Promise<Verified> {
  if (attestation !== undefined) throw misused(misusedSays.attestationOfExport(file));
  if (!checkExport) {
    throw new Unusable(fileSays.exportUnsupported(file));
  }
  return {
    file,
    attestation: EXPORT_ATTESTATION,
    verification: await checkExport(bytes, sha256OfFile(bytes), asked),
  };
}

/** The worst verdict decides: a changed file outweighs an unknown key. */
function exitCodeOf(verified: readonly Verified[]): ExitCode {
  const others = verified.map(({ verification }) => verification).filter(({ verdict }) => verdict !== 'valid');
  if (others.length === 0) return EXIT.valid;
  return others.every(isBeyondTrust) ? EXIT.keyUnknown : EXIT.invalid;
}
