import type { StructureElement } from '../writer/structure-tree.js';
import { COVER_MAX_ENDPOINTS } from './cover.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { ofWhichOpen } from './sentences/elsewhen.js';
import { receiptSays } from './sentences/record.js';
import { LEADING, text } from './style.js';
import { count } from './words.js';

const { heads } = receiptSays;

export const RECEIPT: Chapter = { id: 'receipt', title: receiptSays.title, onNewPage: false };

/** What is in the report, and what was left out and why. */
export function* receipt(pack: Pack): Generator<void> {
  const section = pack.chapter(RECEIPT);
  pack.paragraph(section, receiptSays.introduction);
  counts(pack, section);
  const { unreadable_events: unreadable = 0, redactions } = pack.report.receipt;
  if (unreadable > 0) pack.paragraph(section, receiptSays.unreadable(unreadable));
  if (redactions !== undefined) pack.paragraph(section, receiptSays.redacted(redactions));
  endpoints(pack, section);
  pack.heading(section, receiptSays.tagsHeading);
  yield* unresolved(pack, section);
  pack.close(section);
}

function counts(pack: Pack, section: StructureElement): void {
  const { considered, included, excluded, open_elsewhen: open = {} } = pack.report.receipt;
  const reasons = Object.keys(excluded).sort();
  const table = pack.table(section, [
    { title: heads.findings, width: '*' },
    { title: heads.reason, width: '*' },
    { title: heads.count, width: 80, align: 'right' },
  ]);
  const strong = (label: string, n: number) =>
    table.row([cell(run(label, text.smallStrong)), [], cell(run(count(n), text.smallStrong))]);
  strong(receiptSays.considered, considered);
  strong(receiptSays.included, included);
  for (const reason of reasons) {
    table.row([
      cell(receiptSays.excludedBecause(reason)),
      cell(run(reason, text.code)),
      cell(count(excluded[reason] ?? 0)),
    ]);
    const stillOpen = open[reason] ?? 0;
    if (stillOpen > 0) table.row([cell(run(ofWhichOpen, text.smallItalic)), [], cell(count(stillOpen))]);
  }
  if (reasons.length === 0) table.row([cell(receiptSays.excluded), [], cell('0')]);
  table.end();
}

function endpoints(pack: Pack, section: StructureElement): void {
  const { endpoint_ids: ids } = pack.report.scope;
  if (ids.length <= COVER_MAX_ENDPOINTS) return;
  pack.heading(section, receiptSays.endpointsHeading);
  pack.flow.blocks([paragraph([run(ids.join(' · '), text.code)], { leading: LEADING.normal })], section);
}

function* unresolved(pack: Pack, section: StructureElement): Generator<void> {
  const { unresolved_tags: tags } = pack.report;
  if (tags.length === 0) {
    pack.paragraph(section, receiptSays.noTags);
    return;
  }
  pack.paragraph(section, receiptSays.tags);
  const table = pack.table(section, [
    { title: heads.tag, width: '*' },
    { title: heads.findings, width: 80, align: 'right' },
  ]);
  for (const { tag, findings } of tags) {
    table.row([cell(run(tag, text.code)), cell(count(findings))]);
    yield;
  }
  table.end();
}
