import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { type SourceTree, sourceTree } from './source-tree.js';

/** Sources that decide and also pass over what they cannot read. */
const lenient = (tree: SourceTree): string[] =>
  [...tree]
    .filter(([path, text]) => /\/src\//.test(path) && /\bexecute\(\{/.test(text) && text.includes('onUnreadable'))
    .map(([path]) => path);

test('nothing is decided on a history with gaps, but that a report has failed', () => {
  expect(lenient(sourceTree(REPOSITORY))).toEqual(['packages/report/src/stage.ts']);
});

test('another such decision is found', () => {
  const planted = new Map([['services/mapping/src/shell/map.ts', 'execute({ store, onUnreadable: () => {} })']]);
  expect(lenient(planted)).toHaveLength(1);
});
