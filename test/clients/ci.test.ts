import type { TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WALKED, walk } from './exercises/flow.js';
import { compiles, DOCUMENT, DOCUMENTS, systemWithDocument, tool } from './tools.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await systemWithDocument();
});
afterAll(() => stack?.dispose());

test.each(DOCUMENTS)('Spectral finds nothing in %s except what .spectral.yaml justifies', async (document) => {
  expect(await tool('spectral', 'lint', document, '--ruleset', '.spectral.yaml', '--fail-severity', 'hint')).toContain(
    'No results',
  );
});

test('the client of openapi-typescript and openapi-fetch compiles and works', async () => {
  await tool('openapi-typescript', DOCUMENT, '-o', './.cache/openapi-typescript.ts');
  await compiles('openapi-fetch');
  const { clientOf } = await import('./exercises/openapi-fetch.js');
  expect(await walk('openapi-fetch', clientOf(stack.url, stack.token))).toEqual(WALKED);
});

test('the client of @hey-api/openapi-ts compiles and works', async () => {
  await tool('openapi-ts', '-i', DOCUMENT, '-o', './.cache/hey-api');
  await compiles('hey-api');
  const { clientOf } = await import('./exercises/hey-api.js');
  expect(await walk('hey-api', clientOf(stack.url, stack.token))).toEqual(WALKED);
});
