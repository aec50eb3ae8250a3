import type { EvidenceReport } from '@evidence/contracts';
import { count, counted, instant } from '../words.js';

// What closes the pack: decisions, exclusions, method, verification.

export const dispositionsSay = {
  introduction: 'Findings in scope that are no longer open: who closed each of them, when, and why.',
  none: 'No finding in scope was closed.',
  noReason: 'No reason is on record.',
  seenAgain: 'A scan saw it again after the decision.',
  inFile: (kind: string) => `In the file: ${kind}`,
} as const;

/** `token:tok_4h7k2m` → `token tok_4h7k2m`; an author whom the imported file names, by name. */
export function decidedBy(actor: string): string {
  const at = actor.indexOf(':');
  const [kind, name] = [actor.slice(0, at), actor.slice(at + 1)];
  return kind === 'file' ? `${name}, in the imported file` : `${kind} ${name}`;
}

export const receiptSays = {
  introduction:
    'Every finding of the tenant at the log position on the cover is either in this report or counted here. No finding was silently dropped.',
  endpointsHeading: 'Endpoints in scope',
  tagsHeading: 'Tags that could not be translated',
  noTags: 'None.',
  tags: 'These tags of the scanners name no control in a catalog. They are listed as they are; none was guessed.',
} as const;

export const methodSays = {
  mappingHeading: 'How controls are tied to findings',
  verifyHeading: 'Verify this file',
  limitsHeading: 'What the signature does not prove',
  digestsHeading: 'Digests',
  verify: 'You need no network. Get the public key from a source you trust, never from the file that you are checking:',
  signedBy: (algorithm: string) => `The file carries a PAdES signature (${algorithm}) by the key `,
  keysAt: ' (RFC 7638 thumbprint). The issuing service publishes its keys at ',
  codeAndTools: ', the address in the QR code. Standard PDF tools check the signature too.',
  developmentKey: ' This is a development key: no one vouches for it.',
  qrCode: 'QR code with the address of the issuing service’s keys',
  keysLink: 'Keys of the issuing service',
  limits: [
    'That the scanners tested everything or judged correctly. It covers what was recorded.',
    'When the file was made. The dates are the issuer’s own unless the signature contains a time stamp of a third party.',
    'That a finding is still open, or that none was found after the point named above.',
    'That a control that was not tested is in order.',
  ],
} as const;

export const dataAsOf = ({ position, at }: EvidenceReport['data_as_of']): string =>
  `The report contains everything on record at position ${position} of the event log (${instant(at)}) and nothing later. The same position and the same renderer version give the same bytes.`;

export const mappingPolicy = ({
  mapping,
  crosswalk,
  rules,
}: Pick<EvidenceReport, 'mapping' | 'crosswalk' | 'rules'>): string =>
  [
    `The request accepted ${mapping.strength === 'primary' ? 'primary links only' : 'primary and supporting links'}, down to the basis “${mapping.policy}”. A link is followed once, from a control that a scanner’s tag names; no link is followed from another link.`,
    `Crosswalk version ${crosswalk.version}${rules === null ? '' : `, rules version ${rules.version}`}.`,
  ].join(' ');

export const attached = (reportId: string): string =>
  `The report’s data is attached to this file as ${reportId}.json. It is the artifact in JSON format, byte for byte, and “evidence verify” checks it too.`;

export const rendererNote = (version: string): string =>
  `Renderer version ${version}. Characters that the fonts lack, or that are invisible, are printed as [U+E000]. The JSON artifact has them unchanged.`;

export const scansSay = {
  introduction:
    'This is what was tested. A scan without evaluations proves nothing, and a failed scan makes no control clean. “Unknown” means that the file lists failures or scores and does not say how often the model passed. The hash is the SHA-256 of the imported file.',
  none: 'No scan is in scope, so nothing was tested.',
  notEvaluated: 'not evaluated',
  failed: 'The run failed.',
  discrepanciesHeading: 'Totals that contradict their rows',
  discrepancies:
    'The imported file states one number and its rows add up to another. This report uses the rows. Files that are copies of one run are listed here too: the run counts once.',
} as const;

/** What became of the file’s rows, all of them. */
export function rowsOf({
  counts: { in: rows, recorded, observed = 0, skipped },
}: EvidenceReport['scans'][number]): string {
  const seenBefore = observed === 0 ? '' : ` (${count(observed)} of them seen before)`;
  const left = Object.keys(skipped)
    .sort()
    .map((reason) => `${count(skipped[reason] ?? 0)} skipped as ${reason}`);
  return [`${counted(rows, 'row')} that could be findings: ${count(recorded)} recorded${seenBefore}`, ...left].join(
    ', ',
  );
}
