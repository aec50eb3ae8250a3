import { createHash } from 'node:crypto';
import {
  canonicalText,
  type EvidenceReport,
  putCanonical,
  type ReportDisposition,
  type ReportFinding,
  type ReportScan,
  type ScopeLine,
  Utf8Pieces,
} from '@evidence/contracts';
import { type ReportFacts, ReportRows } from './evidence-report.js';
import type { ReportSources } from './figures.js';

/** Members that differ between two renderings of the same report; they are not part of its content. */
const NOT_CONTENT: ReadonlySet<string> = new Set([
  'report_id',
  'generated_at',
  'signature',
  'renderer_version',
] satisfies (keyof EvidenceReport)[]);

/** The long lists that are kept in memory. */
export interface Kept {
  readonly dispositions?: true;
  readonly findings?: true;
  readonly scans?: true;
}

/**
 * The report as canonical JSON, written while the lines of its scope are read. Only one line is held at a time, plus the lists in `keep`.
 * The digest of the content is computed in the same pass.
 */
export class ReportJson {
  readonly dispositions: ReportDisposition[] = [];
  readonly findings: ReportFinding[] = [];
  readonly scans: ReportScan[] = [];
  readonly #rows: ReportRows;
  /** Of the content. */
  readonly #hash = createHash('sha256');
  #contentSha256: string | undefined;
  #facts: ReportFacts | undefined;
  /** What a member begins with. */
  #before: '{' | ',' = '{';
  readonly #pieces = new Utf8Pieces();
  readonly #put = (text: string): void => this.#pieces.put(text);

  /** Throws as `ReportRows`. */
  constructor(
    sources: ReportSources,
    private readonly lines: AsyncIterable<ScopeLine>,
    private readonly keep: Kept = {},
    /** Called for each finding. */
    private readonly onFinding: () => void = () => undefined,
  ) {
    this.#rows = new ReportRows(sources);
  }

  /** Available when `bytes` has ended. */
  get facts(): ReportFacts {
    if (!this.#facts) throw new Error('The facts of a report are known only when its JSON has been written.');
    return this.#facts;
  }

  /** SHA-256 of the report's canonical JSON without its id, its times, its signature and the renderer's version. Available when `bytes` has ended. */
  get contentSha256(): string {
    this.#contentSha256 ??= this.#hash.digest('hex');
    return this.#contentSha256;
  }

  /** Call it once. Throws as `ReportRows` and `lines` do; the bytes output before an error are useless. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    const lines = this.lines[Symbol.asyncIterator]();
    const next = async (): Promise<ScopeLine | undefined> => {
      const { done, value } = await lines.next();
      return done ? undefined : value;
    };
    const rows = this.#rows;
    let line = await next();
    for (; line?.header; line = await next()) rows.other(line);
    const early = Object.entries(rows.early);
    yield* this.#members(early, (name) => name < 'dispositions');
    this.#open('dispositions');
    for (let isFirst = true; line?.disposition; isFirst = false, line = await next())
      yield* this.#row(isFirst, 'dispositions', rows.disposition(line.disposition));
    this.#close();
    yield* this.#members(early, (name) => name > 'dispositions');
    this.#open('findings');
    for (let isFirst = true; line?.finding; isFirst = false, line = await next()) {
      yield* this.#row(isFirst, 'findings', rows.finding(line.finding));
      this.onFinding();
    }
    this.#close();
    for (; line && !line.scan; line = await next()) rows.other(line);
    const late = Object.entries(rows.late());
    yield* this.#members(late, (name) => name < 'scans');
    this.#open('scans');
    for (let isFirst = true; line?.scan; isFirst = false, line = await next())
      yield* this.#row(isFirst, 'scans', rows.scan(line.scan));
    this.#close();
    yield* this.#members(late, (name) => name > 'scans');
    this.#facts = rows.facts();
    this.#put('}');
    yield* this.#content(this.#pieces.takeAll());
  }

  /** The members that `when` selects, sorted by name. */
  *#members(members: readonly (readonly [string, unknown])[], when: (name: string) => boolean): Generator<Uint8Array> {
    for (const [name, value] of members.filter(([name]) => when(name)).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const isContent = !NOT_CONTENT.has(name);
      if (!isContent) yield* this.#content(this.#pieces.takeAll());
      this.#begin(name);
      putCanonical(value, this.#put);
      if (!isContent) yield* this.#pieces.takeAll();
    }
  }

  /** The first member of a report is content. So a member that is no content begins with a comma, and without both the rest is JSON. */
  #begin(name: string): void {
    this.#put(`${this.#before}"${name}":`);
    this.#before = ',';
  }

  #open(name: keyof Kept): void {
    this.#begin(name);
    this.#put('[');
  }

  #close(): void {
    this.#put(']');
  }

  *#row<Name extends keyof Kept>(isFirst: boolean, list: Name, row: ReportJson[Name][number]): Generator<Uint8Array> {
    if (this.keep[list]) (this[list] as (typeof row)[]).push(row);
    if (!isFirst) this.#put(',');
    // A row is one part: looking for long lists in each took a twentieth of the time.
    this.#put(canonicalText(row));
    if (this.#pieces.hasFull) yield* this.#content(this.#pieces.takeFull());
  }

  *#content(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
    for (const piece of pieces) {
      this.#hash.update(piece);
      yield piece;
    }
  }
}
