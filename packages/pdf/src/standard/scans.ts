import type { ReportScan } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import type { StructureElement } from '../writer/structure-tree.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { rowsOf, sameRun, scansSay } from './sentences/record.js';
import { started } from './sentences/sightings.js';
import { suiteLines, targetLines } from './sentences/targets.js';
import { text } from './style.js';
import { toolName } from './tool.js';
import { count, countOrUnknown } from './words.js';

const { heads } = scansSay;

export const SCANS: Chapter = { id: 'scans', title: scansSay.title, onNewPage: false };

export function* scans(pack: Pack): Generator<void> {
  const all = pack.report.scans;
  const section = pack.chapter(SCANS);
  pack.paragraph(section, all.length === 0 ? scansSay.none : scansSay.introduction);
  if (all.length > 0) {
    const table = pack.table(section, [
      { title: heads.scan, width: '*' },
      { title: heads.attempts, width: 42, align: 'right' },
      { title: heads.evaluated, width: 54, align: 'right' },
      { title: heads.passed, width: 38, align: 'right' },
      { title: heads.failed, width: 34, align: 'right' },
      { title: heads.noVerdict, width: 46, align: 'right' },
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

function row(scan: ReportScan): Block[][] {
  const { evaluated, evaluations, attempts } = scan;
  return [
    facts(scan),
    cell(attempts === null ? run(scansSay.notStated, text.smallItalic) : count(attempts)),
    cell(
      evaluated
        ? run(countOrUnknown(evaluations.total), text.smallStrong)
        : run(scansSay.notEvaluated, text.smallItalic),
    ),
    cell(countOrUnknown(evaluations.passed)),
    cell(run(count(evaluations.failed), evaluations.failed > 0 ? text.smallStrong : text.small)),
    cell(count(evaluations.unscored)),
  ];
}

/** A failed or incomplete run is stated before anything else about the scan. */
const facts = (scan: ReportScan): Block[] => [
  paragraph([run(`${toolName(scan.tool)} · ${scan.endpoint_id}`, text.smallStrong)]),
  ...failure(scan),
  paragraph([run(`${started(scan)} · ${scan.format} · `, text.fine), run(scan.id, text.codeFine)]),
  ...[...targetLines(scan), ...suiteLines(scan)].flatMap(withDigests),
  paragraph([run(rowsOf(scan), text.fine)]),
  ...sameRun(scan).map((words) => paragraph([run(words, text.fine)])),
  paragraph([run(scan.source_sha256, text.codeFine)]),
];

/** A line of text, with each digest on a line of its own so that it fits. */
const withDigests = (line: string): Block[] =>
  line
    .split(/,? ?([0-9a-f]{64})/)
    .filter((part) => part !== '')
    .map((part) => paragraph([run(part, /^[0-9a-f]{64}$/.test(part) ? text.codeFine : text.fine)]));

const failure = ({ run: { outcome, problems } }: ReportScan): Block[] =>
  outcome === 'failed' || outcome === 'incomplete'
    ? [paragraph([run([scansSay[outcome], ...problems].join(' '), text.fineStrong)])]
    : [];

function* discrepancies(pack: Pack, section: StructureElement): Generator<void> {
  const rows = pack.report.scans.flatMap(({ id, discrepancies: found }) => found.map((one) => ({ id, ...one })));
  if (rows.length === 0) return;
  pack.heading(section, scansSay.discrepanciesHeading);
  pack.paragraph(section, scansSay.discrepancies);
  const table = pack.table(section, [
    { title: heads.scan, width: 130 },
    { title: heads.subject, width: '*' },
    { title: heads.stated, width: 60, align: 'right' },
    { title: heads.counted, width: 60, align: 'right' },
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
