import { newestVersion } from '@evidence/contracts';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { type SourceTree, sourceTree } from './source-tree.js';

/** By event type, the packages and services (`packages/x`, `services/y`) whose sources create such events. */
function writersByEventType(tree: SourceTree): Record<string, string[]> {
  const writers: Record<string, Set<string>> = {};
  for (const [path, text] of tree) {
    const [, room] = /^((?:packages|services)\/[^/]+)\/src\//.exec(path) ?? [];
    if (!room || path.includes('/generated/')) continue;
    for (const [, type = ''] of text.matchAll(/\{ type: '([A-Z][A-Za-z]+)', data\b/g)) {
      if (!(type in newestVersion)) continue;
      writers[type] ??= new Set();
      writers[type].add(room);
    }
  }
  return Object.fromEntries(Object.entries(writers).map(([type, rooms]) => [type, [...rooms].sort()]));
}

const eventTypes = Object.keys(newestVersion);

test('each event type is created in exactly one place, except ReportFailed, which every stage may write', () => {
  const { ReportFailed, ...writers } = writersByEventType(sourceTree(REPOSITORY));
  expect(ReportFailed).toEqual(['packages/report', 'services/expiry']);
  expect(Object.keys(writers).sort()).toEqual(eventTypes.filter((type) => type !== 'ReportFailed').sort());
  expect(Object.entries(writers).filter(([, rooms]) => rooms.length !== 1)).toEqual([]);
});

test('a second writer is found', () => {
  const line = "return [{ type: 'ReportReady', data }];";
  const planted = new Map([
    ['services/renderer/src/core/decider.ts', line],
    ['services/mapping/src/core/decider.ts', line],
  ]);
  expect(writersByEventType(planted)).toEqual({ ReportReady: ['services/mapping', 'services/renderer'] });
});
