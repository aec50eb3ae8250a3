import type { ReportFinding } from '@evidence/contracts';
import { colour, severityColour } from '../style.js';
import { type Block, drawUnmarked } from '../writer/blocks.js';
import type { Flow } from '../writer/flow.js';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Run } from '../writer/text-pieces.js';
import { type Chapter, type Pack, paragraph, run } from './pack.js';
import { LEADING, text } from './style.js';
import { wasTested } from './summary.js';
import { toolName } from './tool.js';
import { bases, count, counted, instant, sentence, severityName, statusName } from './words.js';

export const REGISTER: Chapter = { id: 'register', title: 'Findings register', onNewPage: true };

/** The bar with the colour of the severity, the gap beside it, and the column with the name of the severity, in points. */
const BAR_WIDTH = 4;
const BAR_GAP = 8;
const SEVERITY_WIDTH = 48;
const PADDING = 5;

/** Every finding, in the order they come: worst severity first, then by id. Yields after each. */
export async function* register(
  pack: Pack,
  findings: Iterable<ReportFinding> | AsyncIterable<ReportFinding>,
): AsyncGenerator<void> {
  const { included } = pack.report.receipt;
  const section = pack.chapter({ ...REGISTER, onNewPage: included > 0 });
  if (included === 0) {
    pack.paragraph(
      section,
      wasTested(pack.report)
        ? 'No open findings in scope. What was tested, and what was not, stands under “Coverage by control” and “Scans”.'
        : 'Empty, because nothing in scope was tested: that nothing is listed says nothing about the endpoints.',
    );
    pack.close(section);
    return;
  }
  pack.paragraph(
    section,
    `${counted(included, 'open finding')}, worst severity first, then by id. Below each stand its controls, by the basis on which they stand there (see “Method and verification”). The hash is the SHA-256 of the redacted evidence excerpt.`,
  );
  const list = pack.document.structure.open('L', section);
  for await (const finding of findings) {
    block(pack, list, finding);
    pack.together.add(finding);
    yield;
  }
  pack.close(list);
  pack.close(section);
}

/** One finding over the full width, beside a bar in the colour of its severity; kept on one page when it fits on one. */
function block({ flow, document: { structure } }: Pack, list: StructureElement, finding: ReportFinding): void {
  const item = structure.open('LI', list);
  const label = structure.open('Lbl', item);
  const body = structure.open('LBody', item);
  const x = flow.left + BAR_WIDTH + BAR_GAP;
  const width = flow.width - BAR_WIDTH - BAR_GAP;
  const rows = [
    [
      { blocks: severity(finding), parent: label, x, width: SEVERITY_WIDTH - 4 },
      {
        blocks: [...facts(finding), ...controls(finding)],
        parent: body,
        x: x + SEVERITY_WIDTH,
        width: width - SEVERITY_WIDTH,
      },
    ],
  ];
  flow.rows(rows, {
    padding: PADDING,
    decorate: (content, top, bottom, isLast) => {
      content.fill(flow.left, top + PADDING, BAR_WIDTH, bottom - top - 2 * PADDING, severityColour[finding.severity]);
      if (isLast) content.rule(flow.left, bottom, flow.width, 0.4, colour.rule);
    },
    onNextPage: (isCut) => isCut && continued(flow, finding),
  });
  for (const element of [label, body, item]) structure.close(element);
}

/** Only for the eye, at the head of a page on which a finding goes on. */
function continued(flow: Flow, { severity, id }: ReportFinding): void {
  const { page, shaper } = flow.document;
  page.artifact('Pagination', (content) => {
    const runs = [
      run(`${severityName[severity]} `, text.fineStrong),
      run(id, text.codeFine),
      run(', continued', text.fine),
    ];
    flow.y = drawUnmarked(content, shaper, { runs, leading: LEADING.tight }, flow.left, flow.y, flow.width) + 4;
  });
}

const severity = ({ severity, status }: ReportFinding): Block[] => [
  paragraph([run(severityName[severity], text.findingTitle)], { tag: 'Span', below: 1 }),
  paragraph([run(statusName[status], text.fine)], { tag: 'Span' }),
];

function facts({ id, title, url, evidence_excerpt_sha256: sha256, ...finding }: ReportFinding): Block[] {
  return [
    paragraph([run(title, text.findingTitle)], { below: 1 }),
    paragraph([linked(id, url)]),
    paragraph(tested(finding)),
    paragraph([run(origin(finding), text.fine)]),
    paragraph(
      sha256 === null
        ? [run('no evidence in the file', text.fine)]
        : [run('evidence ', text.fine), run(sha256, text.codeFine)],
    ),
  ];
}

/** Only what a browser may open is a link: the artifact's `url` is data like any other. */
const linked = (id: string, url: string): Run =>
  run(id, text.code, /^https?:\/\//.test(url) ? { url, says: `Finding ${id}` } : undefined);

type Facts = Omit<ReportFinding, 'id' | 'title' | 'url' | 'evidence_excerpt_sha256'>;

const tested = ({ hits, evaluations, score, endpoint_id: endpoint, tool, probe, detector }: Facts): Run[] => [
  run(`${count(hits)} of ${evaluations === null ? 'an unknown number' : count(evaluations)} failed`, text.fineStrong),
  run(
    ` · ${[score === undefined ? '' : `score ${score}`, endpoint, toolName(tool), probe, detector].filter((part) => part !== '').join(' · ')}`,
    text.fine,
  ),
];

function origin({ discovered_at: at, scan_id: scan, severity, severity_original: original }: Facts): string {
  const said = original === '' || original.toLowerCase() === severity ? '' : ` · severity by the tool: ${original}`;
  return `discovered ${instant(at)} · scan ${scan}${said}`;
}

/** One paragraph a basis, strongest first. */
function controls({ mappings }: ReportFinding): Block[] {
  if (mappings.length === 0) return [paragraph([run('No control stands on this finding.', text.fine)], { above: 3 })];
  return bases
    .map(({ basis }) => ({ basis, refs: mappings.filter((mapping) => mapping.basis === basis).map(({ ref }) => ref) }))
    .filter(({ refs }) => refs.length > 0)
    .map(({ basis, refs }, i) =>
      paragraph([run(`${sentence(basis)}: `, text.fineStrong), run(refs.join(', '), text.ref)], {
        leading: LEADING.normal,
        above: i === 0 ? 3 : 0,
      }),
    );
}
