import { defineConfig } from 'vitest/config';

/** Apart from `npm test`: these need tools of their own, see tools/run.mjs. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['../kit/dist/global-setup.js'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
