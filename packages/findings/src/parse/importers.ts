import { ImportRefusal } from '../import-refusal.js';
import { deepTeam } from './deepteam/importer.js';
import { garak } from './garak/importer.js';
import { beginningOf, type Head } from './head.js';
import type { Importer } from './importer.js';
import { inspect } from './inspect/importer.js';
import { native } from './native/importer.js';
import { promptfoo } from './promptfoo/importer.js';
import { pyrit } from './pyrit/importer.js';
import { sarif } from './sarif/importer.js';

/** Every format that can be imported. A further one is a folder, a parser and a line here. */
export const importers: readonly Importer[] = [garak, promptfoo, deepTeam, pyrit, inspect, sarif, native];

/** What a file may be called, for `ImportOptions.format`. */
export const scanFormats: readonly string[] = importers.map(({ format }) => format);

/** The importer of this name. Throws `ImportRefusal` `format_not_supported`. */
export function importerNamed(name: string, among: readonly Importer[]): Importer {
  const known = among.find(({ format }) => format === name);
  if (known) return known;
  const allowed = among.map(({ format }) => format);
  const message = `This format is not supported. Use one of: ${allowed.join(', ')}.`;
  throw new ImportRefusal('format_not_supported', message, { value: name, allowed });
}

/** Those whose files begin like this. */
export const importersOf = (head: Head, among: readonly Importer[]): readonly Importer[] =>
  among.filter(({ looksLike }) => looksLike(head));

/** Why no single importer reads a file that begins like this: `format_unknown` or `format_ambiguous`. */
export function undecided(head: Head, likely: readonly Importer[], among: readonly Importer[]): ImportRefusal {
  const allowed = (likely.length > 0 ? likely : among).map(({ format }) => format);
  if (likely.length > 0) {
    const titles = likely.map(({ title }) => title).join(' and like ');
    return new ImportRefusal('format_ambiguous', `The file looks like ${titles}. Name its format.`, { allowed });
  }
  const message = `The format of the file was not recognised: it ${beginningOf(head)}. If it is one of these, name it: ${allowed.join(', ')}.`;
  return new ImportRefusal('format_unknown', message, { allowed });
}
