import type { Importer } from '../importer.js';
import { parsePromptfoo } from './parse-promptfoo.js';

/** Members of an eval, of a table, and of a result in a list or on a line of its own. */
const MEMBERS = [
  'evalId',
  'data.evalId',
  'metadata.promptfooVersion',
  'data.metadata.promptfooVersion',
  'results.results',
  'results.table',
  'results.stats',
  'results.*.gradingResult',
  'table.head',
  'gradingResult',
  '*.gradingResult',
];

export const promptfoo: Importer = {
  format: 'promptfoo',
  title: 'promptfoo',
  looksLike: ({ members }) =>
    MEMBERS.some((member) => members.has(member)) || typeof members.get('results.version') === 'number',
  parse: parsePromptfoo,
};
