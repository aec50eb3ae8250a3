import type { ReportFinding, ReportRefMapping } from '@evidence/contracts';
import { colour, severityColour } from '../style.js';
import { type Block, drawUnmarked, type Paragraph } from '../writer/blocks.js';
import type { Flow } from '../writer/flow.js';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Run } from '../writer/text-pieces.js';
import { wasTested } from './headline.js';
import { type Chapter, type Pack, paragraph, run } from './pack.js';
import { severityName, statusName } from './sentences/names.js';
import * as says from './sentences/register.js';
import { sightings } from './sentences/sightings.js';
import { LEADING, text } from './style.js';
import type { Titles } from './titles.js';
import { toolName } from './tool.js';
import { verdictMark } from './verdict-marks.js';

export const REGISTER: Chapter = { id: 'register', title: says.registerSays.title, onNewPage: true };

/** In points: the bar in the severity’s colour, the gap next to it, and the column with the severity’s name. */
const BAR_WIDTH = 4;
const BAR_GAP = 8;
const SEVERITY_WIDTH = 48;
const PADDING = 5;
/** Room below the heading when there are no findings, in points: one sentence. */
const EMPTY = 30;

/** Every finding in the given order: worst severity first, then by id. Yields after each. */
export async function* register(
  pack: Pack,
  findings: Iterable<ReportFinding> | AsyncIterable<ReportFinding>,
): AsyncGenerator<void> {
  const { included } = pack.report.receipt;
  if (included === 0) {
    const section = pack.chapter({ ...REGISTER, onNewPage: false, room: EMPTY });
    pack.paragraph(section, wasTested(pack.report) ? says.registerSays.empty : says.registerSays.untested);
    pack.close(section);
    return;
  }
  const section = pack.chapter(REGISTER);
  pack.paragraph(section, says.introduction(included));
  const { evidence_notice: notice } = pack.report;
  if (notice !== undefined) pack.paragraph(section, notice);
  const titled = new Set<string>();
  const list = pack.document.structure.open('L', section);
  for await (const finding of findings) {
    block(pack, list, finding, titled);
    pack.together.add(pack.mappingsAt(finding.mappings));
    yield;
  }
  pack.close(list);
  pack.close(section);
}

/** One finding over the full width, next to a bar in the colour of its severity. It stays on one page if it fits on one. */
function block(pack: Pack, list: StructureElement, finding: ReportFinding, titled: Set<string>): void {
  const { flow } = pack;
  const { structure } = pack.document;
  const item = structure.open('LI', list);
  const label = structure.open('Lbl', item);
  const body = structure.open('LBody', item);
  const x = flow.left + BAR_WIDTH + BAR_GAP;
  const width = flow.width - BAR_WIDTH - BAR_GAP;
  const rows = [
    [
      { blocks: severity(finding), parent: label, x, width: SEVERITY_WIDTH - 4 },
      {
        blocks: [...facts(finding), ...controls(finding, pack, titled)],
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

/** A visual cue only, at the top of a page on which a finding continues. */
function continued(flow: Flow, { severity, id }: ReportFinding): void {
  const { page, shaper } = flow.document;
  page.artifact('Pagination', (content) => {
    const runs = [
      run(`${severityName[severity]} `, text.fineStrong),
      run(id, text.codeFine),
      run(says.registerSays.continued, text.fine),
    ];
    flow.y = drawUnmarked(content, shaper, { runs, leading: LEADING.tight }, flow.left, flow.y, flow.width) + 4;
  });
}

const severity = ({ severity, status }: ReportFinding): Block[] => [
  paragraph([run(severityName[severity], text.findingTitle)], { tag: 'Span', below: 1 }),
  paragraph([run(statusName[status], text.fine)], { tag: 'Span' }),
];

function facts({ id, title, url, ...finding }: ReportFinding): Block[] {
  const { evidence_excerpt_sha256: sha256, evidence_excerpt: excerpt } = finding;
  return [
    paragraph([run(title, text.findingTitle)], { below: 1 }),
    paragraph([linked(id, url)]),
    paragraph(tested(finding)),
    paragraph([run(origin(finding), text.fine)]),
    paragraph(evidence(sha256)),
    ...(excerpt === undefined ? [] : [paragraph([run(says.excerpt(excerpt), text.fine)], { above: 2 })]),
  ];
}

const evidence = (sha256: string | null): Run[] =>
  sha256 === null
    ? [run(says.registerSays.noEvidence, text.fineItalic)]
    : [run(says.registerSays.evidence, text.fine), run(sha256, text.codeFine)];

/** Only what a browser may open is a link: the artifact's `url` is data like any other. */
const linked = (id: string, url: string): Run =>
  run(id, text.code, /^https?:\/\//.test(url) ? { url, says: says.findingLink(id) } : undefined);

type Facts = Omit<ReportFinding, 'id' | 'title' | 'url'>;

const tested = ({ hits, evaluations, score, endpoint_id: endpoint, tool, probe, detector }: Facts): Run[] => {
  const stated = score === undefined || evaluations !== null ? '' : says.score(score);
  const judge = detector === tool.name ? '' : detector;
  const where = [stated, endpoint, toolName(tool), probe, judge].filter((part) => part !== '');
  return [run(says.failed(hits, evaluations), text.fineStrong), run(` · ${where.join(' · ')}`, text.fine)];
};

function origin({ scan_id: scan, severity, severity_original: original, target, ...seen }: Facts): string {
  const isTheSame = original === '' || original.toLowerCase() === severity;
  const parts = [sightings(seen), says.scan(scan)];
  if (target !== undefined) parts.push(says.target(target));
  if (!isTheSame) parts.push(says.severityByTool(original));
  return parts.join(' · ');
}

interface Reason {
  /** The words for it, given the first mapping that it explains. */
  readonly says: (mapping: ReportRefMapping) => string;
  /** The reason is a scanner’s tag, not the crosswalk. */
  readonly isTag: boolean;
  readonly explains: (mapping: ReportRefMapping) => boolean;
}

/** Why a control is mapped to a finding, strongest first. */
const REASONS: readonly Reason[] = [
  ...(['file', 'tool_table', undefined] as const).map((from) => ({
    says: ({ source = '' }: ReportRefMapping) => says.taggedBy(from, source),
    isTag: true,
    explains: ({ basis, origin }: ReportRefMapping) => basis === 'direct' && origin === from,
  })),
  ...(['official', 'published', 'derived'] as const).map((link) => ({
    says: () => says.indicatedBy[link],
    isTag: false,
    explains: ({ basis }: ReportRefMapping) => basis === link,
  })),
];

/** One paragraph for each reason, refs in the order of the requested frameworks. `titled` holds the refs whose title has been printed. */
function controls({ mappings: places }: ReportFinding, pack: Pack, titled: Set<string>): Block[] {
  const { titles } = pack;
  const mappings = pack.mappingsAt(places);
  if (mappings.length === 0) return [paragraph([run(says.registerSays.noControl, text.fine)], { above: 3 })];
  const reasons = REASONS.map((reason) => ({ reason, explained: mappings.filter(reason.explains) }));
  return reasons
    .filter(({ explained }) => explained.length > 0)
    .map(({ reason: { says, isTag }, explained }, i) => {
      const refs = explained.map(({ ref }) => ref).sort((a, b) => titles.placeOf(a) - titles.placeOf(b));
      return controlsOf({ says: says(explained[0] as ReportRefMapping), isTag }, refs, titles, titled, i === 0 ? 3 : 0);
    });
}

function controlsOf(
  { says, isTag }: { readonly says: string; readonly isTag: boolean },
  refs: readonly string[],
  titles: Titles,
  titled: Set<string>,
  above: number,
): Paragraph {
  const words = refs.flatMap((ref, i) => {
    const shown = titles.runs(ref, isTag ? 'tagged' : 'indicated', !titled.has(ref));
    titled.add(ref);
    return i === 0 ? shown : [run(', ', text.fine), ...shown];
  });
  return paragraph([run(`${says}: `, isTag ? text.fineStrong : text.fineItalic), ...words], {
    leading: LEADING.normal,
    above,
    mark: isTag ? TAGGED : INDICATED,
  });
}

const TAGGED = verdictMark('finding', text.fine.size);
const INDICATED = verdictMark('indicated', text.fine.size);
