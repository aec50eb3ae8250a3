import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { type SourceTree, sourceTree } from './source-tree.js';

/** Sources that decide and also skip events that they cannot read. */
const lenient = (tree: SourceTree): string[] =>
  [...tree]
    .filter(([path, text]) => /\/src\//.test(path) && /\bexecute\(\{/.test(text) && text.includes('onUnreadable'))
    .map(([path]) => path);

test('on a history with gaps, nothing is decided except that a report has failed', () => {
  expect(lenient(sourceTree(REPOSITORY))).toEqual(['packages/report/src/stage.ts']);
});

test('a planted decision of this kind is found', () => {
  const planted = new Map([['services/mapping/src/shell/map.ts', 'execute({ store, onUnreadable: () => {} })']]);
  expect(lenient(planted)).toHaveLength(1);
});
