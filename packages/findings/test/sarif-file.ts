import { imported, inChunks } from './importing.js';

export const read = (document: unknown) => imported(inChunks(JSON.stringify(document), 100), { format: 'sarif' });
export const log = (...runs: readonly unknown[]) => ({ version: '2.1.0', runs });
export const run = (results: readonly object[], driver: object = {}, more: object = {}) => ({
  tool: { driver: { name: 'scanner', semanticVersion: '1.2.3', ...driver } },
  results,
  ...more,
});
export const result = (more: object = {}) => ({ ruleId: 'R1', message: { text: 'Bad.' }, ...more });
export const firstOf = async (...runs: readonly unknown[]) => (await read(log(...runs))).findings[0];
