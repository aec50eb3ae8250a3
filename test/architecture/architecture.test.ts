import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importGraph } from './import-graph.js';
import { RULES } from './rules.js';
import { sourceTree } from './source-tree.js';

const ROOT = join(import.meta.dirname, '..', '..');
const repository = importGraph(sourceTree(ROOT));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('the repository was read, and its modules import each other', () => {
  expect(repository.modules.has('packages/decider/src/index.ts')).toBe(true);
  expect(repository.packages.length).toBeGreaterThan(15);
  expect(repository.imports.some(({ to }) => to === 'packages/decider/src/index.ts')).toBe(true);
});

test.each(RULES)('$name', ({ comment, breaches }) => {
  expect(breaches(repository), comment).toEqual([]);
});

test('.nvmrc names the pinned version of Node', () => {
  expect(read('pnpm-workspace.yaml')).toContain(`nodeVersion: ${read('.nvmrc').trim()}\n`);
});

test('tsconfig.test.json references every package, so that editors and `tsc -b` see all of them', () => {
  const { references } = JSON.parse(read('tsconfig.test.json')) as { references: { path: string }[] };
  const packages = repository.packages
    .map(({ folder }) => folder)
    .filter((folder) => folder !== '.' && folder !== 'test/clients');
  expect(references.map(({ path }) => path)).toEqual(packages.map((folder) => `./${folder}`).sort());
});
