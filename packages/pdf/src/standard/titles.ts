import type { EvidenceReport, FrameworkSlug, ReportRefTitle } from '@evidence/contracts';
import type { Run } from '../writer/text-pieces.js';
import { text } from './style.js';

/** What refs mean: their titles, and which requested framework they belong to. */
export class Titles {
  readonly #titles = new Map<string, Pick<ReportRefTitle, 'title' | 'framework' | 'edition'>>();
  readonly #editions: ReadonlyMap<FrameworkSlug, string>;
  /** Places of the requested frameworks, in the order of the request. */
  readonly #places: ReadonlyMap<FrameworkSlug, number>;

  constructor({ coverage, refs }: Pick<EvidenceReport, 'coverage' | 'refs'>) {
    this.#places = new Map(coverage.map(({ framework }, i) => [framework, i]));
    this.#editions = new Map(coverage.map(({ framework, edition }) => [framework, edition]));
    for (const { framework, edition, controls } of coverage) {
      for (const { ref, title } of controls) this.#titles.set(ref, { title, framework, edition });
    }
    for (const { ref, title, framework, edition } of refs) this.#titles.set(ref, { title, framework, edition });
  }

  /** Where a ref’s framework is in the request; after all of them when it was not requested. */
  placeOf(ref: string): number {
    const framework = this.#titles.get(ref)?.framework;
    return (framework && this.#places.get(framework)) ?? this.#places.size;
  }

  /** The title of a ref, with its edition when that is not the requested one; undefined when no catalog has the ref. */
  titleOf(ref: string): string | undefined {
    const known = this.#titles.get(ref);
    if (known === undefined) return undefined;
    const requested = this.#editions.get(known.framework);
    return requested === undefined || requested === known.edition ? known.title : `${known.title} (${known.edition})`;
  }

  /** A ref, with its title unless the reader has seen it; the less it rests on, the fainter. */
  runs(ref: string, end: 'tagged' | 'indicated', withTitle = true): Run[] {
    const [code, words] = end === 'tagged' ? [text.ref, text.fineInk] : [text.refMuted, text.fine];
    const title = withTitle ? this.titleOf(ref) : undefined;
    return [{ text: ref, style: code }, ...(title === undefined ? [] : [{ text: ` ${title}`, style: words }])];
  }
}
