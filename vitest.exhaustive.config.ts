import { defineConfig } from 'vitest/config';
import { SOURCES } from './tools/sources.ts';

// What tries every byte, thousands of generated inputs, or a whole report in several processes: `npm run exhaustive`. Apart from
// `npm test`, which somebody waits for; CI runs both.
export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    include: ['{packages,services}/*/test/**/*.exhaustive.test.ts', 'test/**/*.exhaustive.test.ts'],
    globalSetup: ['test/kit/src/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
