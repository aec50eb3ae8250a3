import { defineConfig } from 'vitest/config';
import { SOURCES } from './tools/sources.ts';

// Other people's software judges what we make: `npm run judges`. Apart from `npm test`, which needs only Node and npm.
export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    include: ['test/judges/**/*.judges.test.ts'],
    globalSetup: ['test/kit/src/global-setup.ts'],
    // Java starts slowly where other work runs, and compiles its program first.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
