import type { Basis, EvidenceReport, ReportFinding } from '@evidence/contracts';
import type { Content, ContentText, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { severityColour } from '../style.js';
import { paragraph, section } from './section.js';
import { table } from './table.js';
import { toolName } from './tool.js';
import { bases, count, counted, instant, severityName, statusName } from './words.js';

/** Every finding, in the order of the report: worst severity first, then by id. */
export function register({ findings }: EvidenceReport): Content[] {
  const some = findings.length > 0;
  return section('register', 'Findings register', some ? list(findings) : none(), { onNewPage: some });
}

const none = (): Content[] => [
  paragraph(
    'No open findings in scope. What was tested, and what was not, stands under “Coverage by control” and “Scans”.',
  ),
];

const list = (findings: readonly ReportFinding[]): Content[] => [
  paragraph(
    `${counted(findings.length, 'open finding')}, worst severity first, then by id. The letter before a control says ` +
      `why it stands there: ${legend()}. The hash is the SHA-256 of the redacted evidence excerpt.`,
  ),
  table(
    [
      { title: '', width: 1 },
      { title: 'Severity', width: 46 },
      { title: 'Finding', width: '*' },
      { title: 'Controls', width: 112 },
      { title: 'Tested', width: 86 },
    ],
    findings.map(row),
  ),
];

const legend = () => bases.map(({ basis, mark }) => `${mark}\u00a0${basis}`).join(', ');

function row(finding: ReportFinding): TableCell[] {
  return [
    { text: '', fillColor: severityColour[finding.severity] },
    { stack: severity(finding) },
    { stack: what(finding) },
    { text: finding.mappings.flatMap(control), style: 'code', lineHeight: 1.15 },
    { stack: evidence(finding) },
  ];
}

function severity({ severity, severity_original: original, status }: ReportFinding): Content[] {
  const name = severityName[severity];
  const said = original.toLowerCase() === severity || original === '' ? [] : [fine(['tool: ', printable(original)])];
  return [{ text: name, bold: true }, fine(statusName[status]), ...said];
}

function what(finding: ReportFinding): Content[] {
  const { id, title, url, tool, probe, detector, evidence_excerpt_sha256: sha256 } = finding;
  const tested = detector === '' ? probe : `${probe} · ${detector}`;
  return [
    { text: printable(title), bold: true, fontSize: 8.4, margin: [0, 0, 0, 1] },
    { text: id, style: 'code', ...link(url) },
    fine([toolName(tool), ' · ', printable(tested)]),
    { text: sha256, style: 'codeFine' },
  ];
}

const markOf = Object.fromEntries(bases.map(({ basis, mark }) => [basis, mark])) as Readonly<Record<Basis, string>>;

const control = ({ ref, basis }: ReportFinding['mappings'][number], i: number): ContentText['text'][] => [
  { text: `${i === 0 ? '' : '\n'}${markOf[basis]} `, style: 'muted' },
  ref,
];

function evidence({
  endpoint_id: endpoint,
  hits,
  evaluations,
  discovered_at: at,
  scan_id: scan,
}: ReportFinding): Content[] {
  return [
    { text: `${count(hits)} of ${count(evaluations)} failed`, bold: true },
    fine(instant(at)),
    { text: endpoint, style: 'codeFine' },
    { text: scan, style: 'codeFine' },
  ];
}

const fine = (text: ContentText['text']): ContentText => ({ text, style: 'fine' });

/** Only what a browser may open: the artifact's `url` is data like any other. */
const link = (url: string) => (/^https?:\/\//.test(url) ? { link: url } : {});
