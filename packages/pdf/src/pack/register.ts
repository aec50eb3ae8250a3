import type { EvidenceReport, ReportFinding } from '@evidence/contracts';
import type { Content, ContentText, CustomTableLayout } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { colour, contentWidth, severityColour } from '../style.js';
import { heightOf } from './height.js';
import { paragraph, section } from './section.js';
import { toolName } from './tool.js';
import { bases, count, counted, instant, sentence, severityName, statusName } from './words.js';

/**
 * A finding that looks higher than this, in points, may break: pdfmake 0.3.11 cuts off what overflows the page of a block
 * that it was told to keep together. A page has 720 points, and only a title (500 characters at most) can be higher than
 * its estimate, by some 40 points.
 */
const KEPT_FINDING_MAX_HEIGHT = 600;

/** The bar with the colour of the severity, the gap beside it, and the column with the name of the severity, in points. */
const BAR_WIDTH = 4;
const BAR_GAP = 8;
const SEVERITY_WIDTH = 48;

const blockWidth = contentWidth - BAR_WIDTH - BAR_GAP;

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
    `${counted(findings.length, 'open finding')}, worst severity first, then by id. Below each stand its controls, by the ` +
      'basis on which they stand there (see “Method and verification”). The hash is the SHA-256 of the redacted evidence excerpt.',
  ),
  ...findings.map(block),
];

const beside: CustomTableLayout = {
  hLineWidth: (line) => (line === 0 ? 0 : 0.4),
  vLineWidth: () => 0,
  hLineColor: () => colour.rule,
  paddingLeft: (column) => (column === 0 ? 0 : BAR_GAP),
  paddingRight: () => 0,
  paddingTop: () => 5,
  paddingBottom: () => 5,
};

/** One finding over the full width, beside a bar in the colour of its severity. */
function block(finding: ReportFinding): Content {
  const facts = what(finding);
  const refs = controls(finding);
  const kept = heightOf({ stack: [...facts, ...refs] }, blockWidth - SEVERITY_WIDTH) <= KEPT_FINDING_MAX_HEIGHT;
  return {
    unbreakable: kept,
    table: {
      widths: [BAR_WIDTH, blockWidth],
      body: [
        [
          { text: '', fillColor: severityColour[finding.severity] },
          {
            stack: [
              {
                columns: [
                  { width: SEVERITY_WIDTH, stack: severity(finding) },
                  { width: blockWidth - SEVERITY_WIDTH, stack: facts },
                ],
              },
              { stack: refs, margin: [0, 3, 0, 0] },
            ],
          },
        ],
      ],
    },
    layout: beside,
    style: 'small',
  };
}

const severity = ({ severity, status }: ReportFinding): Content[] => [
  { text: severityName[severity], bold: true, fontSize: 8.4, margin: [0, 0, 0, 1] },
  fine(statusName[status]),
];

function what(finding: ReportFinding): Content[] {
  const { id, title, url, evidence_excerpt_sha256: sha256 } = finding;
  return [
    { text: printable(title), bold: true, fontSize: 8.4, margin: [0, 0, 0, 1] },
    fine([
      { text: id, style: 'code', color: colour.ink, ...link(url) },
      '   evidence ',
      { text: sha256, style: 'codeFine' },
    ]),
    fine(tested(finding)),
    fine(origin(finding)),
  ];
}

const tested = ({ hits, evaluations, endpoint_id: endpoint, tool, probe, detector }: ReportFinding) => [
  { text: `${count(hits)} of ${count(evaluations)} failed`, bold: true, color: colour.ink },
  ` · ${endpoint} · ${toolName(tool)} · `,
  printable(detector === '' ? probe : `${probe} · ${detector}`),
];

const origin = ({ discovered_at: at, scan_id: scan, severity, severity_original: original }: ReportFinding) => [
  `discovered ${instant(at)} · scan ${scan}`,
  ...(original === '' || original.toLowerCase() === severity ? [] : [' · severity by the tool: ', printable(original)]),
];

/** One paragraph a basis, strongest first. A ref has nothing in it where a line could break. */
function controls({ mappings }: ReportFinding): Content[] {
  if (mappings.length === 0) return [fine('No control stands on this finding.')];
  return bases.flatMap(({ basis }): Content[] => {
    const refs = mappings.filter((mapping) => mapping.basis === basis).map(({ ref }) => ref);
    if (refs.length === 0) return [];
    return [{ text: [{ text: `${sentence(basis)}  `, style: 'basis' }, refs.join(', ')], style: 'ref' }];
  });
}

const fine = (text: ContentText['text']): ContentText => ({ text, style: 'fine' });

/** Only what a browser may open: the artifact's `url` is data like any other. */
const link = (url: string) => (/^https?:\/\//.test(url) ? { link: url } : {});
