import type { EvidenceReport } from '@evidence/contracts';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { DocumentProperties } from '../document-properties.js';
import { colour, page, styles } from '../style.js';
import { cover } from './cover.js';
import { coverage } from './coverage.js';
import { dispositions } from './dispositions.js';
import { overlaps } from './overlaps.js';
import { receipt } from './receipt.js';
import { register } from './register.js';
import { scans } from './scans.js';
import { summary } from './summary.js';
import { verification } from './verification.js';
import { count, instant } from './words.js';

/** The evidence pack as pdfmake takes it. pdfmake writes into what it is given: make a new one for each render. */
export function packDefinition(report: EvidenceReport, properties: DocumentProperties): TDocumentDefinitions {
  const { top, right, bottom, left } = page.margin;
  return {
    pageSize: 'A4',
    pageMargins: [left, top, right, bottom],
    version: '1.7',
    subset: 'PDF/A-3b',
    language: 'en-GB',
    displayTitle: true,
    info: properties.info,
    styles,
    defaultStyle: { font: 'sans', fontSize: 9, color: colour.ink, lineHeight: 1.12 },
    header: (current) => (current === 1 ? null : header(report)),
    footer: (current, total) => footer(report, current, total),
    content: [
      ...cover(report),
      ...summary(report),
      ...register(report),
      ...coverage(report),
      ...overlaps(report),
      ...dispositions(report),
      ...scans(report),
      ...receipt(report),
      ...verification(report, properties.dataSha256),
    ],
  };
}

const header = (report: EvidenceReport): Content => ({
  columns: [
    { text: ['Evidence report  ', { text: report.report_id, style: 'code' }], style: 'fine' },
    { text: `${report.tenant_slug} · as of ${instant(report.data_as_of.at)}`, style: 'fine', alignment: 'right' },
  ],
  margin: [page.margin.left, 30, page.margin.right, 0],
});

const footer = ({ signature }: EvidenceReport, current: number, total: number): Content => ({
  columns: [
    { text: signature.development_key ? 'Development key: not evidence for anyone else' : '', style: 'fine' },
    { text: `Page ${count(current)} of ${count(total)}`, style: 'fine', alignment: 'right' },
  ],
  margin: [page.margin.left, 18, page.margin.right, 0],
});
