import { delimiter } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Reader, readGuide, START_TIMEOUT_MS, testGuide } from '../e2e/guide.js';
import { GO_TOOLS } from './judges.js';

// As test/e2e/guides.e2e.test.ts, but including what needs cosign and the nats command.
let reader: Reader;
beforeAll(async () => {
  process.env.PATH += delimiter + GO_TOOLS;
  reader = await Reader.begin();
}, START_TIMEOUT_MS);
afterAll(() => reader?.dispose(), START_TIMEOUT_MS);

for (const name of ['subscriber.md', 'auditor.md']) testGuide(name, await readGuide(name), () => reader);
