import { NAME_CHARS_MAX } from '../../limits.js';
import { unresolvedSays } from '../../sentences/findings.js';
import { textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import type { ComponentName, TaxonName } from './rules.js';
import type { StatedTag } from './stated-tags.js';

/** Limits for one run. */
const TAXONOMIES_MAX = 100;
const TAXA_MAX = 5000;

interface Taxonomy {
  name: string;
  guid: string;
  version: string;
  readonly taxa: Map<number, string>;
}

/** The taxonomies of a run (SARIF 2.1.0 §3.14.8): name, version, and the ids of the taxa of each. */
export class Taxonomies {
  readonly #byIndex = new Map<number, Taxonomy>();

  /** Reads `taxonomies.*.<member>` and `taxonomies.*.taxa.*.id`. */
  learn(path: readonly (string | number)[], value: unknown): void {
    const [, , , index, member, taxon] = path;
    const taxonomy = this.#at(Number(index));
    const text = oneLine(textOf(value) ?? '', NAME_CHARS_MAX);
    if (!taxonomy || text === '') return;
    if (member === 'name') taxonomy.name = text;
    else if (member === 'guid') taxonomy.guid = text.toLowerCase();
    else if (member === 'version') taxonomy.version = text;
    else if (member === 'semanticVersion') taxonomy.version ||= text;
    else if (taxonomy.taxa.size < TAXA_MAX) taxonomy.taxa.set(Number(taxon), text);
  }

  /** The tag that a reference names; undefined if it names nothing. An index without a taxon in the file becomes a tag that says so. */
  tagOf({ id, index, taxonomy: named, leftOut }: TaxonName): StatedTag | undefined {
    if (leftOut !== undefined) return { text: '', leftOut };
    const taxonomy = named && this.#find(named);
    const isLost = id === '' && index >= 0 && !taxonomy?.taxa.has(index);
    const text = isLost ? unresolvedSays.lostTaxon(index) : id || (taxonomy?.taxa.get(index) ?? '');
    if (text === '') return undefined;
    if (!named) return { text };
    const within = named.name || taxonomy?.name || unresolvedSays.unnamedTaxonomy;
    return taxonomy?.version ? { text, within, version: taxonomy.version } : { text, within };
  }

  #find({ index, guid, name }: ComponentName): Taxonomy | undefined {
    const all = [...this.#byIndex.values()];
    const byIndex = this.#byIndex.get(index);
    return byIndex ?? all.find((each) => (guid !== '' && each.guid === guid) || (name !== '' && each.name === name));
  }

  #at(index: number): Taxonomy | undefined {
    const known = this.#byIndex.get(index);
    if (known || this.#byIndex.size >= TAXONOMIES_MAX) return known;
    const taxonomy = { name: '', guid: '', version: '', taxa: new Map<number, string>() };
    this.#byIndex.set(index, taxonomy);
    return taxonomy;
  }
}
