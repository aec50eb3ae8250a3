import type { EvidenceReport } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { lettersOf, printable } from '../printable.js';
import { heading, paragraph, section } from './section.js';
import { table } from './table.js';
import { bases, count, instant, sentence } from './words.js';

/** How the figures came about, and how anybody can check the file. `dataSha256` is of the report's canonical JSON. */
export function verification(report: EvidenceReport, dataSha256: string): Content[] {
  return section(
    'verification',
    'Method and verification',
    [
      paragraph(
        `The report holds everything on record at position ${report.data_as_of.position} of the event log (${instant(report.data_as_of.at)}) and nothing after it. The same position and the same renderer version give the same bytes.`,
      ),
      heading('verification', 'How controls come to stand on findings'),
      ...mapping(report),
      heading('verification', 'Verify this file'),
      ...verify(report),
      heading('verification', 'What the signature does not prove'),
      limits(),
      heading('verification', 'Digests'),
      digests(report, dataSha256),
    ],
    { onNewPage: true },
  );
}

function mapping({ mapping: { policy, counts_by_basis: counts }, crosswalk }: EvidenceReport): Content[] {
  return [
    paragraph([
      `The request accepted pairs down to the basis “${policy}”. No pair of the crosswalk is followed from another pair. Crosswalk version `,
      printable(crosswalk.version),
      '.',
    ]),
    table(
      [
        { title: 'Basis', width: 70 },
        { title: 'Meaning', width: '*' },
        { title: 'Controls on findings', width: 100, alignment: 'right' },
      ],
      bases.map(({ basis, meaning }): TableCell[] => [
        { text: sentence(basis), bold: true },
        meaning,
        { text: count(counts[basis]) },
      ]),
    ),
  ];
}

function verify({ report_id, signature: { algorithm, key_id, development_key } }: EvidenceReport): Content[] {
  return [
    paragraph('No network is needed. Take the key from whom you trust, never from the file that is to be verified:'),
    { text: `evidence verify ${report_id}.pdf --key jwks.json`, style: 'code', fontSize: 8, margin: [12, 0, 0, 6] },
    paragraph([
      `The file carries a PAdES signature (${algorithm}) by the key `,
      { text: printable(key_id, 'mono'), style: 'code' },
      ` (RFC 7638 thumbprint). The issuing service publishes its keys at /.well-known/jwks.json. Standard PDF tools check the signature too.${
        development_key ? ' This is a development key: nobody vouches for it.' : ''
      }`,
    ]),
  ];
}

const limits = (): Content => ({
  ul: [
    'That the scanners tested everything, or judged rightly: it covers what was recorded.',
    'When the file was made: the dates are the issuer’s own, unless a time stamp by a third party stands in the signature.',
    'That a finding is still open, or that no finding came later than the point named above.',
    'That a control which was not tested is in order.',
  ],
  lineHeight: 1.25,
});

function digests(report: EvidenceReport, dataSha256: string): Content {
  const rows: [label: string, sha256: string][] = [
    ['This report’s data, as canonical JSON (RFC 8785)', dataSha256],
    ['Findings in scope (snapshot)', report.receipt.scope_snapshot_sha256],
    ['Controls, coverage, overlaps (snapshot)', report.receipt.mapping_snapshot_sha256],
    ['Crosswalk', report.crosswalk.sha256],
  ];
  return {
    stack: [
      table(
        [
          { title: 'SHA-256 of', width: '*' },
          { title: 'Digest', width: 290 },
        ],
        rows.map(([label, sha256]) => [label, { text: sha256, style: 'code' }]),
      ),
      {
        text: `Renderer version ${lettersOf(printable(report.renderer_version))}. Characters that the fonts do not hold, or that show nothing, are printed as [U+1F6A8]; the JSON artifact has them as they were.`,
        style: 'fine',
        margin: [0, 10, 0, 0],
      },
    ],
  };
}
