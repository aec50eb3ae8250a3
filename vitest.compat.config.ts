import { defineConfig } from 'vitest/config';
import { SOURCES } from './tools/sources.ts';

// Other releases of our own on one store: `npm run compat`. Apart from `npm test`, which builds only what is checked out.
export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    include: ['test/compat/**/*.compat.test.ts'],
    globalSetup: ['test/kit/src/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 20 * 60_000,
    maxWorkers: 1,
  },
});
