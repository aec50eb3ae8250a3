import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { applyTo, packagesOf, stepsOf } from './recipe.js';

const RECIPE = `
\`\`\`json
{ "for": "the reader" }
\`\`\`
\`\`\`ts packages/a/src/new.ts
one
two
\`\`\`
\`\`\`diff packages/a/src/new.ts
 one
-two
+three

+four
\`\`\`
\`\`\`sh
npm test
\`\`\`
`;
const steps = stepsOf(RECIPE);

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a recipe has steps in its order, and says which packages they touch', () => {
  expect(steps.map(({ kind }) => kind)).toEqual(['create', 'edit', 'run']);
  expect(packagesOf(steps)).toEqual(['packages/a']);
});

test('an edit finds its lines once, or is an error', () => {
  const folder = emptyFolder();
  const create = { kind: 'create', file: 'packages/a/src/new.ts', text: 'one\ntwo\n\n' } as const;
  const edit = steps[1] as typeof create;
  applyTo(folder, create);
  expect(() => applyTo(folder, create)).toThrow(/EEXIST/);
  applyTo(folder, edit);
  expect(readFileSync(join(folder, create.file), 'utf8')).toBe('one\nthree\n\nfour\n');
  expect(() => applyTo(folder, edit)).toThrow(/has these lines 0 times/);
});
