import type { StructureElement } from '../writer/structure-tree.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { qrCode } from './qr-code.js';
import { LEADING, text } from './style.js';
import { bases, count, instant, sentence } from './words.js';

export const VERIFICATION: Chapter = { id: 'verification', title: 'Method and verification', onNewPage: false };

export interface Provenance {
  /** SHA-256 of the report's canonical JSON (RFC 8785), in hex. */
  readonly dataSha256: string;
  /** Where the issuing service publishes its keys, absolute: for a person with a telephone. */
  readonly keyUrl: string;
}

const QR_SIZE = 96;
const QR_GAP = 18;

/** How the figures came about, and how anybody can check the file. */
export function* verification(pack: Pack, provenance: Provenance): Generator<void> {
  const { data_as_of } = pack.report;
  const section = pack.chapter(VERIFICATION);
  pack.paragraph(
    section,
    `The report holds everything on record at position ${data_as_of.position} of the event log (${instant(data_as_of.at)}) and nothing after it. The same position and the same renderer version give the same bytes.`,
  );
  pack.heading(section, 'How controls come to stand on findings');
  mapping(pack, section);
  yield;
  pack.heading(section, 'Verify this file');
  verify(pack, section, provenance);
  pack.heading(section, 'What the signature does not prove');
  limits(pack, section);
  pack.heading(section, 'Digests');
  digests(pack, section, provenance);
  pack.close(section);
}

function mapping(pack: Pack, section: StructureElement): void {
  const { mapping, crosswalk } = pack.report;
  pack.paragraph(
    section,
    `The request accepted pairs down to the basis “${mapping.policy}”. No pair of the crosswalk is followed from another pair. Crosswalk version ${crosswalk.version}.`,
  );
  const table = pack.table(section, [
    { title: 'Basis', width: 70 },
    { title: 'Meaning', width: '*' },
    { title: 'Controls on findings', width: 100, align: 'right' },
  ]);
  for (const { basis, meaning } of bases) {
    table.row([
      cell(run(sentence(basis), text.smallStrong)),
      cell(meaning),
      cell(count(mapping.counts_by_basis[basis])),
    ]);
  }
  table.end();
}

function verify({ flow, report }: Pack, section: StructureElement, { keyUrl }: Provenance): void {
  const { algorithm, key_id, development_key } = report.signature;
  const body = { leading: LEADING.normal, below: 6 };
  const words = [
    paragraph(
      [
        run(
          'No network is needed. Take the key from whom you trust, never from the file that is to be verified:',
          text.body,
        ),
      ],
      body,
    ),
    paragraph([run(`evidence verify ${report.report_id}.pdf --key jwks.json`, { ...text.code, size: 8 })], body),
    paragraph(
      [
        run(`The file carries a PAdES signature (${algorithm}) by the key `, text.body),
        run(key_id, text.code),
        run(' (RFC 7638 thumbprint). The issuing service publishes its keys at ', text.body),
        run(keyUrl, text.code, { url: keyUrl, says: 'Keys of the issuing service' }),
        run(
          `, which is what the code beside says. Standard PDF tools check the signature too.${development_key ? ' This is a development key: nobody vouches for it.' : ''}`,
          text.body,
        ),
      ],
      body,
    ),
    paragraph(
      [
        run(
          `Attached to this file is the report’s data, ${report.report_id}.json: the bytes that “evidence verify” checks in the JSON format too.`,
          text.body,
        ),
      ],
      body,
    ),
  ];
  const x = flow.left + QR_SIZE + QR_GAP;
  const code = [qrCode(keyUrl, QR_SIZE, 'QR code with the address of the issuing service’s keys')];
  flow.rows(
    [
      [
        { blocks: words, parent: section, x, width: flow.width - QR_SIZE - QR_GAP },
        { blocks: code, parent: section, x: flow.left, width: QR_SIZE },
      ],
    ],
    {},
  );
}

function limits({ flow, document: { structure } }: Pack, section: StructureElement): void {
  const list = structure.open('L', section, '/A<</O/List/ListNumbering/Disc>>');
  for (const limit of [
    'That the scanners tested everything, or judged rightly: it covers what was recorded.',
    'When the file was made: the dates are the issuer’s own, unless a time stamp by a third party stands in the signature.',
    'That a finding is still open, or that no finding came later than the point named above.',
    'That a control which was not tested is in order.',
  ]) {
    const item = structure.open('LI', list);
    const [label, body] = [structure.open('Lbl', item), structure.open('LBody', item)];
    const cells = [
      {
        blocks: [paragraph([run('•', text.body)], { tag: 'Span', leading: LEADING.normal })],
        parent: label,
        x: flow.left,
        width: 10,
      },
      {
        blocks: [paragraph([run(limit, text.body)], { leading: LEADING.normal })],
        parent: body,
        x: flow.left + 12,
        width: flow.width - 12,
      },
    ];
    flow.rows([cells], { padding: 1 });
    for (const element of [label, body, item]) structure.close(element);
  }
  structure.close(list);
}

function digests(pack: Pack, section: StructureElement, { dataSha256 }: Provenance): void {
  const { receipt, crosswalk, renderer_version } = pack.report;
  const table = pack.table(section, [
    { title: 'SHA-256 of', width: '*' },
    { title: 'Digest', width: 290 },
  ]);
  const rows: readonly (readonly [label: string, sha256: string])[] = [
    ['This report’s data, as canonical JSON (RFC 8785)', dataSha256],
    ['Findings in scope (snapshot)', receipt.scope_snapshot_sha256],
    ['Controls, coverage, overlaps (snapshot)', receipt.mapping_snapshot_sha256],
    ['Crosswalk', crosswalk.sha256],
  ];
  for (const [label, sha256] of rows) table.row([cell(label), cell(run(sha256, text.code))]);
  table.end();
  const note = `Renderer version ${renderer_version}. Characters that the fonts do not hold, or that show nothing, are printed as [U+E000]; the JSON artifact has them as they were.`;
  pack.flow.blocks([paragraph([run(note, text.fine)], { above: 10 })], section);
}
