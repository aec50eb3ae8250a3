import type { ReportFrameworkCoverage } from '@evidence/contracts';
import { colour } from '../style.js';
import { baselineOf } from '../writer/lines.js';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Run } from '../writer/text-pieces.js';
import { asRuns, type Chapter, type Pack, paragraph, run } from './pack.js';
import { asOf, coverSays, edition, goTo, manyEndpoints, periodOf, severitiesIn, systemOf } from './sentences/cover.js';
import { LEADING, text } from './style.js';
import { instant } from './words.js';

/** More endpoints than this are counted on the cover and listed with the scope. */
export const COVER_MAX_ENDPOINTS = 8;

const LABEL_WIDTH = 92;

const { labels } = coverSays;

export function* cover(pack: Pack, chapters: readonly Chapter[], dataSha256: string): Generator<void> {
  const { flow, document, report } = pack;
  const section = document.structure.open('Sect', document.structure.document);
  flow.y += 78;
  document.page.artifact('Layout', (content) => content.fill(flow.left, flow.y, 54, 5, colour.accent));
  flow.y += 19;
  flow.blocks([paragraph([run(coverSays.kind, { ...text.label, size: 9 })])], section);
  const title = { ...text.strong, size: titleSize(report.title) };
  flow.blocks([paragraph([run(report.title, title)], { tag: 'H1', above: 8, below: 26 })], section);
  flow.y += 8;
  facts(pack, section, [
    [labels.tenant, [report.tenant_slug]],
    [labels.period, [periodOf(report.scope)]],
    [labels.endpoints, [endpoints(report.scope.endpoint_ids)]],
    [labels.severities, [severitiesIn(report.scope.include_severities)]],
    [labels.frameworks, ...report.coverage.map(framework)],
    [labels.system, [systemOf(report.system)]],
    [labels.dataAsOf, [asOf(instant(report.data_as_of.at), report.data_as_of.position)]],
    [labels.reportId, [run(report.report_id, text.bodyCode)]],
    [labels.dataSha256, [run(dataSha256, text.code)]],
    [labels.signedBy, [run(report.signature.key_id, text.code)]],
  ]);
  yield;
  if (report.signature.development_key) developmentKeyNotice(pack, section);
  contents(pack, section, chapters);
  pack.close(section);
}

/** A label and its lines. */
type Fact = readonly [label: string, ...lines: (readonly (string | Run)[])[]];

const framework = ({ name, framework, edition: year }: ReportFrameworkCoverage) => [
  name,
  run(` ${edition(framework, year)}`, text.fine),
];

/** Longer titles are smaller. A character without a glyph is printed as nine letters, so the size leaves room. */
function titleSize(title: string): number {
  const { length } = title;
  return length <= 50 ? 28 : length <= 110 ? 21 : 14;
}

/** A table of two columns with the heads of its rows on the left. */
function facts({ flow, document: { structure } }: Pack, section: StructureElement, rows: readonly Fact[]): void {
  const table = structure.open('Table', section);
  for (const [label, ...lines] of rows) {
    const row = structure.open('TR', table);
    const head = structure.open('TH', row, '/A<</O/Table/Scope/Row>>');
    const data = structure.open('TD', row);
    const cells = [
      {
        blocks: [paragraph([run(label.toUpperCase(), text.label)], { above: 2 })],
        parent: head,
        x: flow.left,
        width: LABEL_WIDTH - 8,
      },
      {
        blocks: lines.map((line) => paragraph(asRuns(line, text.body), { leading: LEADING.normal })),
        parent: data,
        x: flow.left + LABEL_WIDTH,
        width: flow.width - LABEL_WIDTH,
      },
    ];
    flow.rows([cells], {
      padding: 4,
      decorate: (content, _, bottom) => content.rule(flow.left, bottom, flow.width, 0.4, colour.rule),
    });
    for (const element of [head, data, row]) structure.close(element);
  }
  structure.close(table);
}

function endpoints(ids: readonly string[]): string {
  if (ids.length === 0) return coverSays.all;
  if (ids.length <= COVER_MAX_ENDPOINTS) return ids.join(', ');
  return manyEndpoints(ids.length);
}

function developmentKeyNotice(pack: Pack, section: StructureElement): void {
  pack.flow.space(16);
  pack.callout(section, [
    paragraph([run(coverSays.developmentKey, text.strong)]),
    paragraph([run(coverSays.developmentKeyMeans, text.body)]),
  ]);
}

/** The chapters with their pages, which are known once they have been written. */
function contents(
  { flow, document, pageNumbers }: Pack,
  section: StructureElement,
  chapters: readonly Chapter[],
): void {
  const { structure } = document;
  flow.space(14);
  flow.blocks([paragraph([run(coverSays.contents, text.label)], { below: 4 })], section);
  const list = structure.open('TOC', section);
  for (const { id, title } of chapters) {
    const item = structure.open('TOCI', list);
    const link = { destination: id, says: goTo(title) };
    const baseline = flow.y + baselineOf(text.body.size, LEADING.normal);
    flow.blocks([paragraph([run(title, text.body, link)], { leading: LEADING.normal })], item);
    const pageNumber = document.lateText({ ...text.body, colour: colour.muted }, 'right');
    pageNumbers.set(id, pageNumber);
    document.page.marked(item, (content) => content.form(pageNumber.name, flow.left + flow.width, baseline));
    document.page.artifact('Layout', (content) => content.rule(flow.left, flow.y + 1, flow.width, 0.4, colour.rule));
    flow.y += 3;
    structure.close(item);
  }
  structure.close(list);
}
