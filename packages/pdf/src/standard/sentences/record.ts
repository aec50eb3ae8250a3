import type { Basis, EvidenceReport } from '@evidence/contracts';
import { count, counted, instant, sentence } from '../words.js';

// The closing chapters: closed findings, scans, exclusions, method, verification.

export const dispositionsSay = {
  title: 'Closed findings',
  heads: { finding: 'Finding', severity: 'Severity', status: 'Status', decided: 'Decided', reason: 'Reason' },
  introduction:
    'Findings on the endpoints, dates and severities in scope that were closed, with who decided it, when and why.',
  none: 'No finding in scope was closed.',
  noReason: 'No reason was recorded.',
  seenAgain: 'A scan saw it again after the decision.',
  seenUndated:
    'A file imported after the decision also contains it. The file does not say when its scan ran, so the scan may predate the decision.',
  inFile: (kind: string) => `Closed in the file as “${kind}”`,
} as const;

/** `token:tok_4h7k2m` → `token tok_4h7k2m`. An author named in the imported file is shown by name. */
export function decidedBy(actor: string): string {
  const at = actor.indexOf(':');
  const [kind, name] = [actor.slice(0, at), actor.slice(at + 1)];
  return kind === 'file' ? `${name}, in the imported file` : `${kind} ${name}`;
}

/** An imported file does not say when a finding was closed, so the time of its scan, or of its import, is shown instead. */
export function decidedAt({
  decided_at: at,
  decided_at_import: isImport,
  kind,
}: EvidenceReport['dispositions'][number]): string {
  if (isImport) return `time not stated (imported ${instant(at)})`;
  return kind === undefined ? instant(at) : `in the scan of ${instant(at)}`;
}

/** Why a finding was left out, by the reason that the JSON gives. */
const EXCLUSIONS: Readonly<Record<string, string>> = {
  before_from: 'Last seen before the period in scope',
  after_to: 'First seen after the period in scope',
  endpoint_not_in_scope: 'Endpoint not in scope',
  severity_not_included: 'Severity not requested',
  status_fixed: 'Closed as fixed',
  status_accepted: 'Closed as an accepted risk',
  status_false_positive: 'Closed as a false positive',
};

export const receiptSays = {
  title: 'Scope and exclusions',
  heads: { findings: 'Findings', reason: 'Reason', count: 'Count', tag: 'Tag' },
  considered: 'Considered',
  included: 'Open, in the findings register',
  excluded: 'Excluded',
  introduction:
    'Every finding of the tenant at the log position on the cover is counted here, as an open finding in the register or with the reason why it is not. No finding was silently dropped.',
  unreadable: (events: number) =>
    events === 1
      ? '1 event up to that position cannot be read, so its tenant is unknown. It may contain evidence of this tenant that is missing from this report.'
      : `${count(events)} events up to that position cannot be read, so their tenants are unknown. They may contain evidence of this tenant that is missing from this report.`,
  redacted: (redactions: number) =>
    redactions === 0
      ? 'No text in this report’s data was redacted. Names of people are never redacted.'
      : `${counted(redactions, 'piece')} of text that ${redactions === 1 ? 'looked like a secret, an address or a personal number was' : 'looked like secrets, addresses or personal numbers were'} redacted before this report’s data was stored. Names of people are never redacted.`,
  endpointsHeading: 'Endpoints in scope',
  tagsHeading: 'Tags without a control',
  excludedBecause: (reason: string) => EXCLUSIONS[reason] ?? sentence(reason),
  noTags: 'None.',
  tags: 'These scanner tags could not be matched to a control in a catalog. They are listed as the scanner wrote them, with our remarks in parentheses; no control was guessed.',
} as const;

/** Strongest first. */
export const bases: readonly { readonly basis: Basis; readonly meaning: string }[] = [
  { basis: 'direct', meaning: 'The finding is tagged with the control.' },
  { basis: 'official', meaning: 'The publisher of a framework links the two controls.' },
  { basis: 'published', meaning: 'Another named source links the two controls.' },
  { basis: 'derived', meaning: 'The crosswalk infers the link.' },
];

export const methodSays = {
  title: 'Method and verification',
  heads: { basis: 'Basis', meaning: 'Meaning', links: 'Links to controls', sha256Of: 'SHA-256 of', digest: 'Digest' },
  digests: {
    data: 'This report’s data, as canonical JSON (RFC 8785)',
    scope: 'Findings in scope (snapshot)',
    mapping: 'Controls, coverage, overlaps (snapshot)',
    crosswalk: 'Crosswalk',
    rules: 'Verdict rules',
  },
  mappingHeading: 'How findings are mapped to controls',
  verifyHeading: 'Verify this file',
  limitsHeading: 'What the signature does not prove',
  digestsHeading: 'Digests',
  verify:
    'Get the public key (jwks.json) from a source you trust, never from this file, and the verifier from the issuer. Then run this command, which needs no network. If the signature has a time-stamp, also give --authorities and the certificates of the authorities that you trust.',
  signedBy: (algorithm: string) => `This file has a PAdES signature (${algorithm}) made with the key `,
  keysAt: ' (RFC 7638 thumbprint). This file names the following address for the keys: ',
  codeAndTools:
    ', also in the QR code. Use it only if you know from elsewhere that it belongs to the issuer. Standard PDF tools can check the signature too.',
  developmentKey: ' The key is a development key: no one vouches for it.',
  qrCode: 'QR code with the address that this file names for the keys',
  keysLink: 'Address that this file names for the keys',
  limits: [
    'That the scanners tested everything or judged correctly. The signature covers what was recorded.',
    'When the file was made. The dates are the issuer’s own unless the signature contains a third-party time-stamp.',
    'That a finding is still open, or that nothing new was found after the log position above.',
    'That an untested control is effective.',
  ],
} as const;

export const command = (reportId: string): string => `evidence verify ${reportId}.pdf --key jwks.json`;

export const dataAsOf = ({ position, at }: EvidenceReport['data_as_of']): string =>
  `The event log is the issuing service’s record of scans, findings and decisions. This report reflects it up to position ${position} (${instant(at)}) and nothing later. Rebuilding it from that position with the same renderer version gives the same bytes, except for signatures and time-stamps.`;

/** The links that a request accepts. */
const STRENGTHS: Readonly<Record<EvidenceReport['mapping']['strength'], string>> = {
  primary: 'primary links only (both controls are about the same thing)',
  supporting:
    'primary links (both controls are about the same thing) and supporting links (one control helps with the other)',
};

export const mappingPolicy = ({
  mapping,
  crosswalk,
  rules,
}: Pick<EvidenceReport, 'mapping' | 'crosswalk' | 'rules'>): string =>
  [
    `The request accepted ${STRENGTHS[mapping.strength]}, with the basis “${mapping.policy}”${mapping.policy === 'direct' ? '' : ' or stronger'}. Each link starts from a control named by a scanner’s tag, and links are never chained.`,
    `Crosswalk version ${crosswalk.version}${rules === null ? '' : `, rules version ${rules.version}`}.`,
  ].join(' ');

export const attached = (reportId: string): string =>
  `The report’s data is attached to this file as ${reportId}.json. The signature covers it, and “evidence verify” checks its digest.`;

export const rendererNote = (version: string): string =>
  `Renderer version ${version}. Invisible characters and characters missing from the fonts are printed as codes such as [U+E000]. The attached JSON has them unchanged.`;

export const scansSay = {
  title: 'Scans',
  heads: {
    scan: 'Scan',
    attempts: 'Attempts',
    evaluated: 'Evaluated',
    passed: 'Passed',
    failed: 'Failed',
    noVerdict: 'No verdict',
    subject: 'Subject',
    stated: 'Stated',
    counted: 'Counted',
  },
  introduction:
    'All evidence in this report comes from these scans. A candidate finding is a result in the imported file that could be a finding. “Evaluated” counts the evaluations with a verdict; one attempt can have several. A scan is “not evaluated” if no evaluation has a verdict; it proves nothing. A scan that failed or was not fully read makes no control clean. “Unknown” means that the file lists failures or scores but not how often the model passed. Scans whose test suites have the same hash ran the same tests. The last hash of a scan is the SHA-256 of the imported file.',
  none: 'No scan is in scope, so nothing was tested.',
  notEvaluated: 'not evaluated',
  notStated: 'not stated',
  failed: 'The run failed.',
  incomplete: 'Not all results were read.',
  discrepanciesHeading: 'Totals that do not match their rows',
  discrepancies: 'The imported file states one total, but its rows add up to another. This report uses the rows.',
} as const;

/** The other files of the same run, one line each. */
export const sameRun = ({ same_run: files = [] }: EvidenceReport['scans'][number]): string[] =>
  files.map(({ scan_id: id, relation, kind, findings }) =>
    relation === 'copy'
      ? `The same run was also imported as ${kind === undefined ? 'another export' : `a ${kind}`} (scan ${id}, ${counted(findings, 'finding')}), which adds nothing. The run is counted once.`
      : `Scan ${id} (${counted(findings, 'finding')}) is of the same run. Each file has results that the other lacks, so both are counted, and results in both are counted twice.`,
  );

/** What happened to each of the file’s rows. */
export function rowsOf({
  counts: { in: rows, recorded, observed = 0, skipped },
}: EvidenceReport['scans'][number]): string {
  const seenBefore = observed === 0 ? '' : ` (${count(observed)} of them seen before)`;
  const left = Object.keys(skipped)
    .sort()
    .map((reason) => `${count(skipped[reason] ?? 0)} skipped as ${reason}`);
  return [`${counted(rows, 'candidate finding')}: ${count(recorded)} recorded${seenBefore}`, ...left].join(', ');
}
