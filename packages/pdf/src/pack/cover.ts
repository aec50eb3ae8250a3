import type { EvidenceReport } from '@evidence/contracts';
import type { Content, ContentText } from 'pdfmake/interfaces.js';
import { lettersOf, type Printable, printable } from '../printable.js';
import { colour, contentWidth } from '../style.js';
import { callout } from './section.js';
import { counted, instant, listed, periodOf, SEVERITIES, severityName } from './words.js';

/** More endpoints than this are counted on the cover and listed with the scope. */
export const COVER_MAX_ENDPOINTS = 8;

export function cover(report: EvidenceReport): Content[] {
  return [
    { canvas: [{ type: 'rect', x: 0, y: 0, w: 54, h: 5, color: colour.accent }], margin: [0, 78, 0, 14] },
    { text: 'EVIDENCE REPORT', style: 'label', fontSize: 9, characterSpacing: 1.6 },
    title(printable(report.title)),
    facts(report),
    ...(report.signature.development_key ? [developmentKeyNotice()] : []),
    { text: 'CONTENTS', style: 'label', margin: [0, 22, 0, 4] },
    { toc: { textStyle: { color: colour.ink }, numberStyle: { color: colour.muted }, textMargin: [0, 0, 0, 0] } },
  ];
}

/** A title may hold 200 characters, and nine for each that has no glyph: the longer, the smaller. */
function title(text: Printable): ContentText {
  const length = lettersOf(text).length;
  const fontSize = length <= 50 ? 28 : length <= 110 ? 21 : length <= 400 ? 14 : 9;
  return { text: text, fontSize, bold: true, lineHeight: 1.1, margin: [0, 8, 0, 26] };
}

function facts(report: EvidenceReport): Content {
  const { scope } = report;
  const rows: [label: string, value: Content][] = [
    ['Tenant', report.tenant_slug],
    ['Period', periodOf(scope)],
    ['Endpoints', endpoints(scope.endpoint_ids)],
    ['Severities', severities(scope.include_severities)],
    ['Frameworks', { stack: report.coverage.map(framework) }],
    ['Data as of', `${instant(report.data_as_of.at)}, position ${report.data_as_of.position} in the event log`],
    ['Report id', { text: report.report_id, style: 'code', fontSize: 8.5 }],
    ['Signed by', { text: printable(report.signature.key_id, 'mono'), style: 'code' }],
  ];
  return {
    table: {
      widths: [92, contentWidth - 92],
      body: rows.map(([label, value]) => [{ text: label.toUpperCase(), style: 'label', margin: [0, 2, 0, 0] }, value]),
    },
    layout: {
      hLineWidth: () => 0.4,
      vLineWidth: () => 0,
      hLineColor: () => colour.rule,
      paddingLeft: () => 0,
      paddingRight: () => 0,
      paddingTop: () => 5,
      paddingBottom: () => 5,
    },
  };
}

const framework = ({ name, framework, edition }: EvidenceReport['coverage'][number]): Content => ({
  text: [printable(name), { text: `   ${framework} · edition ${lettersOf(printable(edition))}`, style: 'fine' }],
});

function endpoints(ids: readonly string[]): string {
  if (ids.length === 0) return 'All';
  if (ids.length <= COVER_MAX_ENDPOINTS) return ids.join(', ');
  return `${counted(ids.length, 'endpoint')}, listed under “Scope and exclusions”`;
}

const severities = (included: readonly (typeof SEVERITIES)[number][]): string =>
  included.length === SEVERITIES.length ? 'All' : listed(included.map((severity) => severityName[severity]));

const developmentKeyNotice = (): Content =>
  callout(
    [
      { text: 'Signed with a development key', bold: true },
      'Nobody vouches for this key. The report shows how the system works; it is not evidence for anyone else.',
    ],
    16,
  );
