import type { Importer } from '../importer.js';
import { parseNative } from './parse-native.js';

export const native: Importer = {
  format: 'native',
  title: 'native JSON',
  looksLike: ({ members }) =>
    String(members.get('format')).startsWith('evidence-findings') ||
    members.has('coverage.*.controls') ||
    (members.has('report_id') && members.has('schema_version')),
  parse: parseNative,
};
