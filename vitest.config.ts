import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services,deploy}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/bench/**', 'test/judges/**', 'test/clients/**'],
    globalSetup: ['test/kit/dist/global-setup.js'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
