import type { EvidenceReport, FrameworkSlug, ReportRefTitle } from '@evidence/contracts';
import type { Run } from '../writer/text-pieces.js';
import { text } from './style.js';
import { shortened, withoutStop } from './words.js';

/** The limit of a title next to its ref, in UTF-16 code units: a line or two. “Coverage by control” has the full title. */
const TITLE_MAX = 72;

/** The titles of refs, and the requested framework that each belongs to. */
export class Titles {
  readonly #titles = new Map<string, Omit<ReportRefTitle, 'ref'>>();
  readonly #editions: ReadonlyMap<FrameworkSlug, string>;
  /** By ref of a control of a requested edition: the index of its framework in the request. */
  readonly #places = new Map<string, number>();
  readonly #frameworks: number;

  constructor({ coverage, refs }: Pick<EvidenceReport, 'coverage' | 'refs'>) {
    this.#frameworks = coverage.length;
    this.#editions = new Map(coverage.map(({ framework, edition }) => [framework, edition]));
    for (const [place, { framework, edition, controls }] of coverage.entries()) {
      for (const { ref, native_id, title } of controls) {
        this.#titles.set(ref, { native_id, title, framework, edition });
        this.#places.set(ref, place);
      }
    }
    for (const { ref, ...title } of refs) this.#titles.set(ref, title);
  }

  /** The index in the request of the framework that has the ref; the number of frameworks if none has it. */
  placeOf(ref: string): number {
    return this.#places.get(ref) ?? this.#frameworks;
  }

  /** The framework’s own id of a control; the ref if no catalog has it. */
  nativeIdOf(ref: string): string {
    return this.#titles.get(ref)?.native_id ?? ref;
  }

  /** The title of a ref, with its edition if that is not the requested one; undefined if no catalog has the ref. */
  titleOf(ref: string): string | undefined {
    const known = this.#titles.get(ref);
    if (known === undefined) return undefined;
    const requested = this.#editions.get(known.framework);
    const title = withoutStop(shortened(known.title, TITLE_MAX));
    return requested === undefined || requested === known.edition ? title : `${title} (${known.edition})`;
  }

  /** A ref, with its title unless the reader has seen it. Weaker evidence is printed fainter. */
  runs(ref: string, end: 'tagged' | 'indicated', withTitle = true): Run[] {
    const [code, words] = end === 'tagged' ? [text.ref, text.fineInk] : [text.refMuted, text.fine];
    const title = withTitle ? this.titleOf(ref) : undefined;
    return [{ text: ref, style: code }, ...(title === undefined ? [] : [{ text: ` ${title}`, style: words }])];
  }
}
