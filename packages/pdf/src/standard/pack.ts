import type { EvidenceReport, ReportRefMapping } from '@evidence/contracts';
import { oneLine } from '../printable.js';
import { colour } from '../style.js';
import type { Block, Paragraph } from '../writer/blocks.js';
import type { PdfDocument } from '../writer/document.js';
import type { Flow } from '../writer/flow.js';
import type { LateText } from '../writer/late-text.js';
import type { StructureElement } from '../writer/structure-tree.js';
import { type Area, type Column, Table } from '../writer/table.js';
import type { Link, Run, TextStyle } from '../writer/text-pieces.js';
import { LEADING, tableLook, text } from './style.js';
import { Titles } from './titles.js';
import { Together } from './together.js';

/** A report without its findings: they come one by one. */
export type ReportFacts = Omit<EvidenceReport, 'findings'>;

export interface Chapter {
  readonly id: string;
  readonly title: string;
  /** A long chapter starts on a page of its own. */
  readonly onNewPage: boolean;
  /** Points that must be free below its heading. Default: enough for the first rows of a table. */
  readonly room?: number;
}

/** Room below a heading, in points, for the first lines of its content. */
const BELOW_CHAPTER = 130;
const BELOW_HEADING = 92;

/** The chapter that a page's running head names: the one at the top of the page. */
export class RunningTitle {
  #onThisPage = '';
  #last = '';

  begin(title: string, isAtTop: boolean): void {
    this.#last = title;
    if (isAtTop) this.#onThisPage = title;
  }

  /** The title for the page that ends. The next page begins with the last chapter. */
  endPage(): string {
    const title = this.#onThisPage;
    this.#onThisPage = this.#last;
    return title;
  }
}

/** Everything that a chapter writes to: the pages, the tagged structure, the table of contents. */
export class Pack {
  readonly document: PdfDocument;
  /** By chapter: the page number in the table of contents, filled in later. */
  readonly pageNumbers = new Map<string, LateText>();
  /** Counted while the register is written, for the matrix that follows it. */
  readonly together: Together;
  readonly titles: Titles;

  constructor(
    readonly flow: Flow,
    readonly report: ReportFacts,
    readonly running: RunningTitle,
  ) {
    this.document = flow.document;
    this.titles = new Titles(report);
    this.together = new Together(this.titles, report.coverage.length);
  }

  /** The mappings of a finding, by their indexes in `finding_mappings`. */
  mappingsAt(places: readonly number[]): ReportRefMapping[] {
    const { finding_mappings: all } = this.report;
    return places.flatMap((place) => all[place] ?? []);
  }

  /** Opens a chapter: heading, bookmark, and the page in the contents. The caller closes it with `close`. */
  chapter({ id, title, onNewPage, room = BELOW_CHAPTER }: Chapter): StructureElement {
    const section = this.document.structure.open('Sect', this.document.structure.document);
    if (onNewPage && !this.flow.isAtTop) this.flow.nextPage();
    const heading = paragraph([run(title, text.h1)], { tag: 'H1', leading: LEADING.tight, above: 26, below: 8 });
    const top = this.flow.heading(heading, section, room);
    this.running.begin(title, top === this.flow.top);
    this.document.bookmark(1, title, top);
    this.document.destination(id, top);
    const late = this.pageNumbers.get(id);
    if (late) late.text = String(this.document.pages);
    return section;
  }

  heading(section: StructureElement, title: string): void {
    const heading = paragraph([run(title, text.h2)], { tag: 'H2', leading: LEADING.tight, above: 16, below: 5 });
    const top = this.flow.heading(heading, section, BELOW_HEADING);
    this.document.bookmark(2, oneLine(title), top);
  }

  paragraph(section: StructureElement, ...runs: readonly (string | Run)[]): void {
    this.flow.blocks([paragraph(asRuns(runs, text.body), { leading: LEADING.normal, below: 6 })], section);
  }

  table(section: StructureElement, columns: readonly Column[], area?: Area): Table {
    return new Table(this.flow, columns, tableLook, section, area);
  }

  /** A statement that every reader must see. */
  callout(section: StructureElement, blocks: readonly Block[]): void {
    const { left, width } = this.flow;
    this.flow.rows([[{ blocks, parent: section, x: left + 13, width: width - 24 }]], {
      padding: 8,
      decorate: (content, top, bottom) => {
        content.fill(left, top, width, bottom - top, colour.band);
        content.fill(left, top, 3, bottom - top, colour.accent);
      },
    });
    this.flow.space(10);
  }

  close(element: StructureElement): void {
    this.document.structure.close(element);
  }
}

export const run = (words: string, style: TextStyle, link?: Link): Run => ({
  text: words,
  style,
  ...(link && { link }),
});

export const asRuns = (runs: readonly (string | Run)[], style: TextStyle): Run[] =>
  runs.map((one) => (typeof one === 'string' ? run(one, style) : one));

/** A paragraph. An empty text is printed as a dash, so that nothing looks forgotten. */
export function paragraph(runs: readonly Run[], look: Partial<Omit<Paragraph, 'runs'>> = {}): Paragraph {
  const isEmpty = runs.every(({ text }) => text.trim() === '');
  const shown = isEmpty ? [run('–', runs[0]?.style ?? text.body)] : runs;
  return { tag: 'P', leading: LEADING.tight, ...look, runs: shown };
}

/** One cell of a table: small text, in one paragraph. */
export const cell = (...runs: readonly (string | Run)[]): Block[] => [paragraph(asRuns(runs, text.small))];
