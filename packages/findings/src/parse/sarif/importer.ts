import type { Importer } from '../importer.js';
import { parseSarif } from './parse-sarif.js';

export const sarif: Importer = {
  format: 'sarif',
  title: 'SARIF',
  looksLike: ({ members }) => /sarif/i.test(String(members.get('$schema'))) || Array.isArray(members.get('runs')),
  parse: parseSarif,
};
