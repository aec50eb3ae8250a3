import type { ReportDisposition } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { decidedBy, dispositionsSay } from './sentences/record.js';
import { sightings } from './sentences/sightings.js';
import { text } from './style.js';
import { instant, severityName, statusName } from './words.js';

export const DISPOSITIONS: Chapter = { id: 'dispositions', title: 'Closed by a decision', onNewPage: false };

export function* dispositions(pack: Pack): Generator<void> {
  const all = pack.report.dispositions;
  const section = pack.chapter(DISPOSITIONS);
  pack.paragraph(section, all.length === 0 ? dispositionsSay.none : dispositionsSay.introduction);
  if (all.length > 0) {
    const table = pack.table(section, [
      { title: 'Finding', width: '*' },
      { title: 'Severity', width: 44 },
      { title: 'Status', width: 66 },
      { title: 'Decided', width: 96 },
      { title: 'Reason', width: 120 },
    ]);
    for (const disposition of all) {
      table.row(row(disposition));
      yield;
    }
    table.end();
  }
  pack.close(section);
}

const row = (disposition: ReportDisposition): Block[][] => [
  [
    paragraph([run(disposition.title, text.smallStrong)]),
    paragraph([run(disposition.finding_id, text.code)]),
    paragraph([run(sightings(disposition), text.fine)]),
    ...(disposition.last_seen > disposition.decided_at
      ? [paragraph([run(dispositionsSay.seenAgain, text.fineStrong)])]
      : []),
  ],
  cell(severityName[disposition.severity]),
  cell(statusName[disposition.status]),
  [
    paragraph([run(decidedBy(disposition.decided_by), text.small)]),
    paragraph([run(instant(disposition.decided_at), text.fine)]),
  ],
  [
    paragraph([
      disposition.reason === undefined
        ? run(dispositionsSay.noReason, text.smallItalic)
        : run(disposition.reason, text.small),
    ]),
    ...(disposition.kind === undefined ? [] : [paragraph([run(dispositionsSay.inFile(disposition.kind), text.fine)])]),
  ],
];
