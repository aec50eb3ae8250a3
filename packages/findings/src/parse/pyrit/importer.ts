import type { Importer } from '../importer.js';
import { parsePyrit } from './parse-pyrit.js';

export const pyrit: Importer = {
  format: 'pyrit',
  title: 'PyRIT',
  looksLike: ({ members }) =>
    members.has('scenario_run_state') ||
    members.has('scenario_identifier') ||
    ['', '*.'].some((at) => members.has(`${at}conversation_id`) && members.has(`${at}objective`)),
  parse: parsePyrit,
};
