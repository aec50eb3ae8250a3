import type { EvidenceReport, FrameworkSlug, ReportRefTitle } from '@evidence/contracts';
import type { Run } from '../writer/text-pieces.js';
import { text } from './style.js';
import { shortened, withoutStop } from './words.js';

/** Of a title next to its ref: a line or two. In full it is under “Coverage by control”. */
const TITLE_MAX = 72;

/** What refs mean: their titles, and which requested framework they belong to. */
export class Titles {
  readonly #titles = new Map<string, Omit<ReportRefTitle, 'ref'>>();
  readonly #editions: ReadonlyMap<FrameworkSlug, string>;
  /** Places of the requested frameworks, in the order of the request. */
  readonly #places: ReadonlyMap<FrameworkSlug, number>;

  constructor({ coverage, refs }: Pick<EvidenceReport, 'coverage' | 'refs'>) {
    this.#places = new Map(coverage.map(({ framework }, i) => [framework, i]));
    this.#editions = new Map(coverage.map(({ framework, edition }) => [framework, edition]));
    for (const { framework, edition, controls } of coverage) {
      for (const { ref, ...named } of controls) this.#titles.set(ref, { ...named, framework, edition });
    }
    for (const { ref, ...title } of refs) this.#titles.set(ref, title);
  }

  /** Where a ref’s framework is in the request; after all of them when it was not requested. */
  placeOf(ref: string): number {
    const framework = this.#titles.get(ref)?.framework;
    return (framework && this.#places.get(framework)) ?? this.#places.size;
  }

  /** What the framework itself calls a control; the ref when no catalog has it. */
  nativeIdOf(ref: string): string {
    return this.#titles.get(ref)?.native_id ?? ref;
  }

  /** The title of a ref, with its edition when that is not the requested one; undefined when no catalog has the ref. */
  titleOf(ref: string): string | undefined {
    const known = this.#titles.get(ref);
    if (known === undefined) return undefined;
    const requested = this.#editions.get(known.framework);
    const title = withoutStop(shortened(known.title, TITLE_MAX));
    return requested === undefined || requested === known.edition ? title : `${title} (${known.edition})`;
  }

  /** A ref, with its title unless the reader has seen it; the less it rests on, the fainter. */
  runs(ref: string, end: 'tagged' | 'indicated', withTitle = true): Run[] {
    const [code, words] = end === 'tagged' ? [text.ref, text.fineInk] : [text.refMuted, text.fine];
    const title = withTitle ? this.titleOf(ref) : undefined;
    return [{ text: ref, style: code }, ...(title === undefined ? [] : [{ text: ` ${title}`, style: words }])];
  }
}
