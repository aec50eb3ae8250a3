import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importGraph } from './import-graph.js';
import { RULES } from './rules.js';
import { sourceTree } from './source-tree.js';

const repository = importGraph(sourceTree(join(import.meta.dirname, '..', '..')));

test('the repository was read, and its modules import each other', () => {
  expect(repository.modules.has('packages/decider/src/index.ts')).toBe(true);
  expect(repository.packages.length).toBeGreaterThan(15);
  expect(repository.imports.some(({ to }) => to === 'packages/decider/src/index.ts')).toBe(true);
});

test.each(RULES)('$name', ({ comment, breaches }) => {
  expect(breaches(repository), comment).toEqual([]);
});
