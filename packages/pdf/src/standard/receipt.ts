import type { StructureElement } from '../writer/structure-tree.js';
import { COVER_MAX_ENDPOINTS } from './cover.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { receiptSays } from './sentences/record.js';
import { LEADING, text } from './style.js';
import { count, sentence } from './words.js';

export const RECEIPT: Chapter = { id: 'receipt', title: 'Scope and exclusions', onNewPage: false };

/** What went in, what was left out and why. */
export function* receipt(pack: Pack): Generator<void> {
  const section = pack.chapter(RECEIPT);
  pack.paragraph(section, receiptSays.introduction);
  counts(pack, section);
  endpoints(pack, section);
  pack.heading(section, receiptSays.tagsHeading);
  yield* unresolved(pack, section);
  pack.close(section);
}

function counts(pack: Pack, section: StructureElement): void {
  const { considered, included, excluded } = pack.report.receipt;
  const reasons = Object.keys(excluded).sort();
  const table = pack.table(section, [
    { title: 'Findings', width: '*' },
    { title: 'Reason', width: '*' },
    { title: 'Count', width: 80, align: 'right' },
  ]);
  const strong = (label: string, n: number) =>
    table.row([cell(run(label, text.smallStrong)), [], cell(run(count(n), text.smallStrong))]);
  strong('Considered', considered);
  strong('Included in this report', included);
  for (const reason of reasons) {
    table.row([
      cell(`Excluded: ${sentence(reason).toLowerCase()}`),
      cell(run(reason, text.code)),
      cell(count(excluded[reason] ?? 0)),
    ]);
  }
  if (reasons.length === 0) table.row([cell('Excluded'), [], cell('0')]);
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
    { title: 'Tag', width: '*' },
    { title: 'Findings', width: 80, align: 'right' },
  ]);
  for (const { tag, findings } of tags) {
    table.row([cell(run(tag, text.code)), cell(count(findings))]);
    yield;
  }
  table.end();
}
