import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reader, readGuide, START_TIMEOUT_MS, testGuide } from './guide.js';

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.begin();
}, START_TIMEOUT_MS);
afterAll(() => reader?.dispose(), START_TIMEOUT_MS);

// The auditor's comes last, for it stops the system.
for (const name of ['subscriber.md', 'auditor.md']) testGuide(name, await readGuide(name), () => reader);

test('the subscriber’s guide shows the program that the tests run', async () => {
  const paths = ['docs/subscriber.md', 'test/subscribers/ready-reports.mjs'];
  const [guide, program] = await Promise.all(paths.map((path) => readFile(join(REPOSITORY, path), 'utf8')));
  expect(/^```js\n([\s\S]*?)^```$/m.exec(String(guide))?.[1]).toBe(program);
});
