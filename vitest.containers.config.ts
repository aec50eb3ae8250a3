import { defineConfig } from 'vitest/config';
import { SOURCES } from './tools/sources.ts';

// In containers: `npm run containers`. Apart from `npm test`, which needs no container engine.
export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    include: ['test/docker/**/*.docker.test.ts', 'test/kubernetes/**/*.test.ts'],
    globalSetup: ['test/kit/src/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
  },
});
