import { ImportRefusal } from '../import-refusal.js';
import { formatSays } from '../sentences/formats.js';
import { deepTeam } from './deepteam/importer.js';
import { garak } from './garak/importer.js';
import { beginningOf, type Head } from './head.js';
import type { Importer } from './importer.js';
import { inspect } from './inspect/importer.js';
import { native } from './native/importer.js';
import { promptfoo } from './promptfoo/importer.js';
import { pyrit } from './pyrit/importer.js';
import { sarif } from './sarif/importer.js';

/** Every format that can be imported. To add one, write a folder with its parser and add a line here. */
export const importers: readonly Importer[] = [garak, promptfoo, deepTeam, pyrit, inspect, sarif, native];

/** The values of `ImportOptions.format`. */
export const scanFormats: readonly string[] = importers.map(({ format }) => format);

/** The importer of this name. Throws `ImportRefusal` `format_not_supported`. */
export function importerNamed(name: string, among: readonly Importer[]): Importer {
  const known = among.find(({ format }) => format === name);
  if (known) return known;
  const allowed = among.map(({ format }) => format);
  throw new ImportRefusal('format_not_supported', formatSays.notSupported(allowed), { value: name, allowed });
}

/** The importers whose files begin like this. */
export const importersOf = (head: Head, among: readonly Importer[]): readonly Importer[] =>
  among.filter(({ looksLike }) => looksLike(head));

/** The refusal of a file that no importer, or more than one, recognises: `format_unknown` or `format_ambiguous`. */
export function undecided(head: Head, likely: readonly Importer[], among: readonly Importer[]): ImportRefusal {
  const allowed = (likely.length > 0 ? likely : among).map(({ format }) => format);
  if (likely.length > 0) {
    const titles = likely.map(({ title }) => title);
    return new ImportRefusal('format_ambiguous', formatSays.ambiguous(titles), { allowed });
  }
  return new ImportRefusal('format_unknown', formatSays.notRecognised(beginningOf(head), allowed), { allowed });
}
