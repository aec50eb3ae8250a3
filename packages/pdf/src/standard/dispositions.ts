import type { ReportDisposition } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { severityName, statusName } from './sentences/names.js';
import { decidedAt, decidedBy, dispositionsSay } from './sentences/record.js';
import { sightings } from './sentences/sightings.js';
import { text } from './style.js';

const { heads } = dispositionsSay;

export const DISPOSITIONS: Chapter = { id: 'dispositions', title: dispositionsSay.title, onNewPage: false };

export function* dispositions(pack: Pack): Generator<void> {
  const all = pack.report.dispositions;
  const section = pack.chapter(DISPOSITIONS);
  pack.paragraph(section, all.length === 0 ? dispositionsSay.none : dispositionsSay.introduction);
  if (all.length > 0) {
    const table = pack.table(section, [
      { title: heads.finding, width: '*' },
      { title: heads.severity, width: 44 },
      { title: heads.status, width: 66 },
      { title: heads.decided, width: 96 },
      { title: heads.reason, width: 120 },
    ]);
    for (const disposition of all) {
      table.row(row(disposition));
      yield;
    }
    table.end();
  }
  pack.close(section);
}

/** Whether the finding was seen, or may have been seen, after the decision. */
const since = ({ last_seen: seen, decided_at: decided, undated }: ReportDisposition): string[] => [
  ...(seen !== null && seen > decided ? [dispositionsSay.seenAgain] : []),
  ...(undated !== undefined && undated.imported_at > decided ? [dispositionsSay.seenUndated] : []),
];

const row = (disposition: ReportDisposition): Block[][] => [
  [
    paragraph([run(disposition.title, text.smallStrong)]),
    paragraph([run(disposition.finding_id, text.code)]),
    paragraph([run(sightings(disposition), text.fine)]),
    ...since(disposition).map((words) => paragraph([run(words, text.fineStrong)])),
  ],
  cell(severityName[disposition.severity]),
  cell(statusName[disposition.status]),
  [
    paragraph([run(decidedBy(disposition.decided_by), text.small)]),
    paragraph([run(decidedAt(disposition), text.fine)]),
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
