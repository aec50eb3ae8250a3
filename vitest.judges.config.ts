import { defineConfig } from 'vitest/config';

// Other people's software judges what we make: `npm run judges`. Apart from `npm test`, which needs only Node and npm.
export default defineConfig({
  test: {
    include: ['test/judges/**/*.judges.test.ts'],
    // Java starts slowly where other work runs, and compiles its program first.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
