import type { Importer } from '../importer.js';
import { parseDeepTeam } from './parse-deepteam.js';

export const deepTeam: Importer = {
  format: 'deepteam',
  title: 'DeepTeam',
  looksLike: ({ members }) =>
    members.has('overview.vulnerability_type_results') || members.has('test_cases.*.vulnerability_type'),
  parse: parseDeepTeam,
};
