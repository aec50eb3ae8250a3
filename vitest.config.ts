import { defineConfig } from 'vitest/config';
import { SOURCES } from './tools/sources.ts';

const EXCLUDED = [
  '**/node_modules/**',
  '**/dist/**',
  '**/*.exhaustive.test.ts',
  'test/bench/**',
  'test/judges/**',
  'test/compat/**',
  'test/clients/**',
  'test/docker/**',
  'test/kubernetes/**',
];
/** Tests of built programs: they wait more than they compute. */
const PROGRAMS = ['{packages,services,deploy}/*/test/**/*.{e2e,nats}.test.ts', 'test/**/*.{e2e,nats}.test.ts'];
/** What sets something for its whole process: OpenTelemetry's providers, and the fonts of pdfmake. */
const ALONE = [
  'packages/runtime/test/{tracing,watch-exports}.test.ts',
  'packages/pdf/test/{template,template-rules,attached-data}.test.ts',
  'test/golden/regenerated.test.ts',
];

export default defineConfig({
  resolve: { alias: SOURCES },
  test: {
    globalSetup: ['test/kit/src/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'sources',
          include: ['{packages,services,deploy}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...EXCLUDED, ...PROGRAMS, ...ALONE],
          // A worker keeps the modules that it has loaded: a third less to compute than with a new one for each file.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: [...PROGRAMS, ...ALONE],
          exclude: EXCLUDED,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
