import type { ReportScan } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import type { StructureElement } from '../writer/structure-tree.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { text } from './style.js';
import { toolName } from './tool.js';
import { count, counted, countOrUnknown, instant } from './words.js';

export const SCANS: Chapter = { id: 'scans', title: 'Scans', onNewPage: false };

export function* scans(pack: Pack): Generator<void> {
  const all = pack.report.scans;
  const section = pack.chapter(SCANS);
  pack.paragraph(
    section,
    'What was tested. A scan without evaluations proves nothing, and nothing in it counts as clean; nor does anything in a scan whose run failed. Unknown: the file lists failures or scores and does not say how often the model passed. The hash is the SHA-256 of the imported file.',
  );
  if (all.length === 0) pack.paragraph(section, 'No scan lies in scope: nothing was tested.');
  else {
    const table = pack.table(section, [
      { title: 'Scan', width: '*' },
      { title: 'Tool', width: 64 },
      { title: 'Attempts', width: 42, align: 'right' },
      { title: 'Evaluated', width: 54, align: 'right' },
      { title: 'Passed / failed', width: 64, align: 'right' },
      { title: 'No verdict', width: 50, align: 'right' },
    ]);
    for (const scan of all) {
      table.row(row(scan));
      yield;
    }
    table.end();
  }
  yield* discrepancies(pack, section);
  pack.close(section);
}

const row = (scan: ReportScan): Block[][] => [
  [
    paragraph([run(scan.id, text.code)]),
    paragraph([run(`${scan.endpoint_id} · ${instant(scan.started_at)}`, text.fine)]),
    paragraph([run(scan.source_sha256, text.codeFine)]),
    paragraph([run(imported(scan), text.fine)]),
    ...ended(scan),
  ],
  [paragraph([run(toolName(scan.tool), text.small)]), paragraph([run(scan.format, text.fine)])],
  cell(count(scan.attempts)),
  cell(
    scan.evaluated
      ? run(countOrUnknown(scan.evaluations.total), text.smallStrong)
      : run('not evaluated', text.smallItalic),
  ),
  cell(`${countOrUnknown(scan.evaluations.passed)} / ${count(scan.evaluations.failed)}`),
  cell(count(scan.evaluations.unscored)),
];

/** Only a failure is worth a line: most files do not say how the run ended. */
const ended = ({ run: { outcome, problems } }: ReportScan): Block[] =>
  outcome === 'failed' ? [paragraph([run(`The run failed. ${problems.join(' ')}`, text.fineStrong)])] : [];

/** What became of the file's rows: none is left out in silence. */
function imported({ counts: { in: rows, recorded, skipped } }: ReportScan): string {
  const reasons = Object.keys(skipped).sort();
  const left = reasons.map((reason) => `${count(skipped[reason] ?? 0)} skipped as ${reason}`);
  return [`${counted(rows, 'row')} that could be findings: ${count(recorded)} recorded`, ...left].join(', ');
}

function* discrepancies(pack: Pack, section: StructureElement): Generator<void> {
  const rows = pack.report.scans.flatMap(({ id, discrepancies: found }) => found.map((one) => ({ id, ...one })));
  if (rows.length === 0) return;
  pack.heading(section, 'Totals that contradict their rows');
  pack.paragraph(section, 'The imported file states one number and its rows add up to another. The rows count.');
  const table = pack.table(section, [
    { title: 'Scan', width: 130 },
    { title: 'Subject', width: '*' },
    { title: 'Stated', width: 60, align: 'right' },
    { title: 'Counted', width: 60, align: 'right' },
  ]);
  for (const { id, subject, stated, counted } of rows) {
    table.row([
      cell(run(id, text.code)),
      cell(subject),
      cell(count(stated)),
      cell(run(count(counted), text.smallStrong)),
    ]);
    yield;
  }
  table.end();
}
