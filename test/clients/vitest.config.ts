import { defineConfig } from 'vitest/config';
import { SOURCES } from '../../tools/sources.ts';

/** Separate from `npm test`, because these tests need their own tools, see tools/run.mjs. */
export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['../kit/src/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
