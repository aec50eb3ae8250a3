import { createHash } from 'node:crypto';
import {
  canonicalText,
  type EvidenceReport,
  type ReportDisposition,
  type ReportFinding,
  type ReportScan,
  type ScopeLine,
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

/** The size of the pieces in which text is encoded, hashed and output. */
const PIECE_CHARS = 64 * 1024;

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
  readonly #content = createHash('sha256');
  #contentSha256: string | undefined;
  #facts: ReportFacts | undefined;
  /** Not yet output. */
  #text = '{';
  /** The content of `#text`; undefined while it is equal to `#text`. */
  #contentText: string | undefined;

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
    this.#contentSha256 ??= this.#content.digest('hex');
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
    const early = Object.entries(rows.early());
    this.#members(early, (name) => name < 'dispositions');
    this.#open('dispositions');
    for (let isFirst = true; line?.disposition; isFirst = false, line = await next())
      yield* this.#row(isFirst, 'dispositions', rows.disposition(line.disposition));
    this.#close();
    this.#members(early, (name) => name > 'dispositions');
    this.#open('findings');
    for (let isFirst = true; line?.finding; isFirst = false, line = await next()) {
      yield* this.#row(isFirst, 'findings', rows.finding(line.finding));
      this.onFinding();
    }
    this.#close();
    for (; line && !line.scan; line = await next()) rows.other(line);
    const late = Object.entries(rows.late());
    this.#members(late, (name) => name < 'scans');
    this.#open('scans');
    for (let isFirst = true; line?.scan; isFirst = false, line = await next())
      yield* this.#row(isFirst, 'scans', rows.scan(line.scan));
    this.#close();
    this.#members(late, (name) => name > 'scans');
    this.#facts = rows.facts();
    this.#put('}');
    yield this.#piece();
  }

  /** The members that `when` selects, sorted by name. */
  #members(members: readonly (readonly [string, unknown])[], when: (name: string) => boolean): void {
    for (const [name, value] of members.filter(([name]) => when(name)).sort(([a], [b]) => (a < b ? -1 : 1)))
      this.#put(`${canonicalText(name)}:${canonicalText(value)}`, name);
  }

  #open(name: keyof Kept): void {
    this.#put(`"${name}":[`, name);
  }

  #close(): void {
    this.#put(']');
  }

  *#row<Name extends keyof Kept>(isFirst: boolean, list: Name, row: ReportJson[Name][number]): Generator<Uint8Array> {
    if (this.keep[list]) (this[list] as (typeof row)[]).push(row);
    this.#put(`${isFirst ? '' : ','}${canonicalText(row)}`);
    if (this.#text.length >= PIECE_CHARS) yield this.#piece();
  }

  /** `name` is the member that begins; without it, `text` continues a member that is content. */
  #put(text: string, name?: string): void {
    const separated = (before: string) => (name === undefined || before === '{' ? text : `,${text}`);
    const isContent = name === undefined || !NOT_CONTENT.has(name);
    if (!isContent) this.#contentText ??= this.#text;
    if (isContent && this.#contentText !== undefined) this.#contentText += separated(this.#contentText);
    this.#text += separated(this.#text);
  }

  #piece(): Uint8Array {
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#content.update(this.#contentText ?? bytes);
    this.#text = '';
    this.#contentText = undefined;
    return bytes;
  }
}
