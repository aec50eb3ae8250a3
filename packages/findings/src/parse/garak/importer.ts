import type { Importer } from '../importer.js';
import { parseGarak } from './parse-garak.js';

/** Members of a report's entries. A hitlog's entries have no type. */
const MEMBERS = ['entry_type', 'garak_version', 'probe_classname'];

export const garak: Importer = {
  format: 'garak',
  title: 'garak',
  looksLike: ({ members }) =>
    MEMBERS.some((member) => members.has(member)) || (members.has('probe') && members.has('detector')),
  parse: parseGarak,
};
