import { LAYOUT_BY_TEMPLATE } from '../pdf-file/signed-reason.js';
import { reportSays as says } from '../sentences/command.js';
import type { Verification } from '../verdict/verification.js';
import { nextStepOf } from './next-step.js';

/** A file and how it was verified: a PDF by its own signature, any file by a separate attestation. */
export interface Verified {
  readonly file: string;
  /** Absent for a PDF’s own signature. */
  readonly attestation?: string;
  readonly verification: Verification;
}

/** Verdicts that find nothing wrong, but cannot decide with the keys and authorities that the caller trusts. */
const BEYOND_TRUST: readonly Verification['verdict'][] = ['key_unknown', 'authority_unknown'];

export const isBeyondTrust = ({ verdict }: Verification): boolean => BEYOND_TRUST.includes(verdict);

/** Terminals, and the boxes that people paste into, are at least this wide. */
const COLUMNS = 80;

/** For people: lines of at most 80 columns where words allow it, without characters that would control a terminal. */
export function renderText({ file, attestation, verification }: Verified): string {
  const { verdict, checks, doesNotProve, doesNotContain = [] } = verification;
  const unpassed = isBeyondTrust(verification) ? says.open : says.failed;
  const by = attestation === undefined ? says.ownSignature : says.attestation(attestation);
  const lines = [
    `${headline(verification)} ${file}${verdict === 'valid' ? '' : `: ${verdict}`}`,
    ...wrapped('  ', by),
    '',
    ...facts(verification).flatMap(([name, value]) => wrapped(`  ${name.padEnd(8)} `, value)),
    '',
    says.checked,
    ...checks.flatMap((check) => wrapped(`    ${check.ok ? says.passed : unpassed}  `, check.detail)),
    ...(doesNotContain.length > 0
      ? ['', says.notContained, ...doesNotContain.flatMap((each) => wrapped('    - ', each))]
      : []),
    '',
    says.notProven,
    ...doesNotProve.flatMap((each) => wrapped('    - ', each)),
    '',
    says.next,
    ...wrapped('    ', nextStepOf(verification)),
  ];
  return `${lines.map(withoutControls).join('\n')}\n`;
}

/** For programs: one line of JSON, in the names of the HTTP API's documents. */
export function renderJson({ file, attestation, verification }: Verified): string {
  const { signedBy, signingTime, report } = verification;
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
    ...(report && {
      report_id: report.id,
      tenant_slug: report.tenant,
      ...(report.layout && { layout: report.layout === 'template' ? LAYOUT_BY_TEMPLATE : 'standard' }),
    }),
    ...(verification.level && { level: verification.level }),
    ...(signingTime && { signed_at: { time: signingTime.at.toISOString(), basis: signingTime.basis } }),
    ...(verification.predicateType !== undefined && { predicate_type: verification.predicateType }),
    ...(verification.dataSha256 !== undefined && { data_sha256: verification.dataSha256 }),
    ...(verification.signedContentSha256 !== undefined && {
      signed_bytes_sha256: verification.signedContentSha256,
    }),
    checks: verification.checks,
    ...(verification.doesNotContain && { does_not_contain: verification.doesNotContain }),
    does_not_prove: verification.doesNotProve,
    next_step: nextStepOf(verification),
  };
  return `${JSON.stringify(document).replace(UNPRINTABLE, escaped)}\n`;
}

function headline(verification: Verification): string {
  if (verification.verdict === 'valid')
    return verification.signedBy?.isDevelopmentKey ? says.validWithDevelopmentKey : says.valid;
  return isBeyondTrust(verification) ? says.undecided : says.notValid;
}

function facts(verification: Verification): [name: string, value: string][] {
  const { sha256, signedBy, report, level, signingTime, predicateType, signedContentSha256, dataSha256 } = verification;
  const found: [string, string | undefined][] = [
    ['sha256', sha256],
    ['report', report && says.report(report.id, report.tenant)],
    ['layout', report?.layout === 'template' ? LAYOUT_BY_TEMPLATE : undefined],
    ['data', dataSha256 && says.data(dataSha256)],
    ['key', signedBy?.keyId],
    ['signer', signedBy?.subject],
    ['level', level && says.level(level)],
    ['signed', signingTime && says.signed[signingTime.basis](signingTime.at.toISOString())],
    ['type', predicateType],
    ['bytes', signedContentSha256 && says.covers(signedContentSha256)],
  ];
  return found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** `text` after `first`, with further lines aligned under its start. Words are never cut. */
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

/** Control characters, and marks that change the writing direction or are invisible. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Names come from untrusted files: they must not control the terminal. */
export const withoutControls = (line: string): string => line.replaceAll(UNPRINTABLE, '\ufffd');

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
