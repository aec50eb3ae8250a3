import type { StructureElement } from '../writer/structure-tree.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { qrCode } from './qr-code.js';
import * as says from './sentences/record.js';
import { LEADING, text } from './style.js';
import { count, sentence } from './words.js';

export const VERIFICATION: Chapter = { id: 'verification', title: says.methodSays.title, onNewPage: false };

export interface Provenance {
  /** SHA-256 of the report's canonical JSON (RFC 8785), in hex. */
  readonly dataSha256: string;
  /** Absolute URL at which the issuing service publishes its keys; printed as a QR code. */
  readonly keyUrl: string;
}

const { bases, methodSays } = says;
const { heads, digests: labels } = methodSays;

const QR_SIZE = 96;
const QR_GAP = 18;

/** How the figures were made, and how to verify the file. */
export function* verification(pack: Pack, provenance: Provenance): Generator<void> {
  const { data_as_of } = pack.report;
  const section = pack.chapter(VERIFICATION);
  pack.paragraph(section, says.dataAsOf(data_as_of));
  pack.heading(section, methodSays.mappingHeading);
  mapping(pack, section);
  yield;
  pack.heading(section, methodSays.verifyHeading);
  verify(pack, section, provenance);
  pack.heading(section, methodSays.limitsHeading);
  limits(pack, section);
  pack.heading(section, methodSays.digestsHeading);
  digests(pack, section, provenance);
  pack.close(section);
}

function mapping(pack: Pack, section: StructureElement): void {
  const { mapping } = pack.report;
  pack.paragraph(section, says.mappingPolicy(pack.report));
  const table = pack.table(section, [
    { title: heads.basis, width: 70 },
    { title: heads.meaning, width: '*' },
    { title: heads.links, width: 100, align: 'right' },
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
  const keys = { url: keyUrl, says: methodSays.keysLink };
  const words = [
    paragraph([run(methodSays.verify, text.body)], body),
    paragraph([run(says.command(report.report_id), { ...text.code, size: 8 })], body),
    paragraph(
      [
        run(methodSays.signedBy(algorithm), text.body),
        run(key_id, text.code),
        run(methodSays.keysAt, text.body),
        run(keyUrl, text.code, keys),
        run(`${methodSays.codeAndTools}${development_key ? methodSays.developmentKey : ''}`, text.body),
      ],
      body,
    ),
    paragraph([run(says.attached(report.report_id), text.body)], body),
  ];
  const x = flow.left + QR_SIZE + QR_GAP;
  const code = [qrCode(keyUrl, QR_SIZE, methodSays.qrCode)];
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
  for (const limit of methodSays.limits) {
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
  const { receipt, crosswalk, rules, renderer_version } = pack.report;
  const table = pack.table(section, [
    { title: heads.sha256Of, width: '*' },
    { title: heads.digest, width: 290 },
  ]);
  const rows: (readonly [label: string, sha256: string])[] = [
    [labels.data, dataSha256],
    [labels.scope, receipt.scope_snapshot_sha256],
    [labels.mapping, receipt.mapping_snapshot_sha256],
    [labels.crosswalk, crosswalk.sha256],
  ];
  if (rules !== null) rows.push([labels.rules, rules.sha256]);
  for (const [label, sha256] of rows) table.row([cell(label), cell(run(sha256, text.code))]);
  table.end();
  const note = says.rendererNote(renderer_version);
  pack.flow.blocks([paragraph([run(note, text.fine)], { above: 10 })], section);
}
