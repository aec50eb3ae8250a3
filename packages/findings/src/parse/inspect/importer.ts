import type { Importer } from '../importer.js';
import { parseInspect } from './parse-inspect.js';

/** The header of an archive's first entry, and the name in it, after 26 bytes (APPNOTE.TXT §4.3.7). */
const BEGIN_OF_ARCHIVE = 'PK\u0003\u0004';
const FIRST_ENTRY = /^[\s\S]{10,26}(?:_journal\/start\.json|header\.json|samples\/)/;

export const inspect: Importer = {
  format: 'inspect',
  title: 'Inspect AI',
  looksLike: ({ text, members }) =>
    (text.startsWith(BEGIN_OF_ARCHIVE) && FIRST_ENTRY.test(text.slice(BEGIN_OF_ARCHIVE.length))) ||
    (members.has('eval.task') && members.has('status')),
  parse: parseInspect,
  packedWith: 'zip',
  readsPassRule: true,
};
