import { nextStepOf } from './next-step.js';
import type { Verification } from './verification.js';

/** What is verified with what: a PDF by its own signature, any file by an attestation beside it. */
export interface Verified {
  readonly file: string;
  /** Absent for a PDF’s own signature. */
  readonly attestation?: string;
  readonly verification: Verification;
}

/** With these verdicts nothing is known to be wrong: the caller's trust does not reach far enough. */
const BEYOND_TRUST: readonly Verification['verdict'][] = ['key_unknown', 'authority_unknown'];

export const isBeyondTrust = ({ verdict }: Verification): boolean => BEYOND_TRUST.includes(verdict);

/** Terminals are at least this wide, and so are the boxes that people paste into. */
const COLUMNS = 80;

const TIME_BASIS = { timestamp: 'time-stamped', claimed: 'by its own word' } as const;

/** For people, in lines of at most 80 columns where words allow it. Names are cleared of what would steer a terminal. */
export function renderText({ file, attestation, verification }: Verified): string {
  const { verdict, checks, doesNotProve } = verification;
  const by = attestation === undefined ? 'by its own signature' : `by the attestation ${attestation}`;
  const lines = [
    `${headline(verification)} ${file}${verdict === 'valid' ? '' : `: ${verdict}`}`,
    ...wrapped('  ', by),
    '',
    ...facts(verification).flatMap(([name, value]) => wrapped(`  ${name.padEnd(8)} `, value)),
    '',
    '  Checked:',
    ...checks.flatMap((check) => wrapped(`    ${check.ok ? 'ok    ' : 'FAILED'}  `, check.detail)),
    ...(verdict === 'valid'
      ? ['', '  Not proven by this signature:', ...doesNotProve.flatMap((each) => wrapped('    - ', each))]
      : []),
    '',
    '  Next:',
    ...wrapped('    ', nextStepOf(verification)),
  ];
  return `${lines.map(withoutControls).join('\n')}\n`;
}

/** For programs: one line of JSON, in the names of the HTTP API's documents. */
export function renderJson({ file, attestation, verification }: Verified): string {
  const { signedBy, signingTime } = verification;
  const document = {
    file,
    ...(attestation !== undefined && { attestation }),
    verdict: verification.verdict,
    sha256: verification.sha256,
    ...(signedBy && {
      signed_by: {
        key_id: signedBy.keyId,
        ...(signedBy.subject !== undefined && { subject: signedBy.subject }),
        development_key: signedBy.isDevelopmentKey,
      },
    }),
    ...(verification.level && { level: verification.level }),
    ...(signingTime && { signed_at: { time: signingTime.at.toISOString(), basis: signingTime.basis } }),
    ...(verification.predicateType !== undefined && { predicate_type: verification.predicateType }),
    ...(verification.signedContentSha256 !== undefined && {
      signed_content_sha256: verification.signedContentSha256,
    }),
    checks: verification.checks,
    does_not_prove: verification.doesNotProve,
    next_step: nextStepOf(verification),
  };
  return `${JSON.stringify(document).replace(UNPRINTABLE, escaped)}\n`;
}

function headline(verification: Verification): string {
  if (verification.verdict === 'valid') return 'VALID     ';
  return isBeyondTrust(verification) ? 'UNDECIDED ' : 'NOT VALID ';
}

function facts(verification: Verification): [name: string, value: string][] {
  const { sha256, signedBy, level, signingTime, predicateType, signedContentSha256 } = verification;
  const found: [string, string | undefined][] = [
    ['sha256', sha256],
    ['key', signedBy?.keyId],
    ['signer', signedBy?.subject],
    ['level', level && `PAdES ${level}`],
    ['signed', signingTime && `${TIME_BASIS[signingTime.basis]} ${signingTime.at.toISOString()}`],
    ['states', predicateType],
    ['content', signedContentSha256 && `${signedContentSha256} (the signed bytes alone)`],
  ];
  return found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** `text` behind `first`, and its further lines under its beginning. A word is never cut. */
function wrapped(first: string, text: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isFirst = line.length === first.length;
    if (!isFirst && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(first.length) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Control characters, and the marks that turn the direction of writing or show as nothing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Names come out of files that anybody may have made: they must not steer the terminal. */
export const withoutControls = (line: string): string => line.replaceAll(UNPRINTABLE, '\ufffd');

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
