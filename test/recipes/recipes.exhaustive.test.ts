import { execFile } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, tempFolder } from '@evidence/testkit';
import { afterAll, expect, test } from 'vitest';
import { applyTo, packagesOf, stepsOf } from './recipe.js';

const run = promisify(execFile);
const RECIPES = join(REPOSITORY, 'docs', 'recipes');
/** The first recipe installs the copy, and one that changes contracts builds what depends on them. */
const TIMEOUT_MS = 300_000;
const NOT_COPIED = new Set(['.git', '.cache', '.data', '.turbo', 'node_modules', 'clients']);

// One copy of the repository for all recipes, as it is and as it is built; its first command installs it.
const copy = await tempFolder();
afterAll(copy.remove);
for (const name of await readdir(REPOSITORY)) {
  await cp(join(REPOSITORY, name), join(copy.path, name), {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !NOT_COPIED.has(basename(path)),
  });
}

/** What vitest sets for this process is no business of the one that the recipe starts. */
function surroundings(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|TEST$|DEV$|PROD$)/.test(name),
  );
  return { ...Object.fromEntries(own), TURBO_TELEMETRY_DISABLED: '1' };
}

const shell = (script: string) =>
  run('bash', ['-euo', 'pipefail', '-c', script], { cwd: copy.path, env: surroundings() });

const recipes = (await readdir(RECIPES)).filter((name) => name.endsWith('.md'));

test('there is a recipe for each part that grows', () => {
  expect(recipes.sort()).toEqual(['edition.md', 'endpoint.md', 'event-version.md', 'importer.md', 'pdf-chapter.md']);
});

test.for(recipes)('%s works as it is written, and what it touches builds', { timeout: TIMEOUT_MS }, async (name) => {
  const steps = stepsOf(await readFile(join(RECIPES, name), 'utf8'));
  expect(steps.filter(({ kind }) => kind === 'run').length).toBeGreaterThan(0);
  for (const step of steps) {
    if (step.kind === 'run') await shell(step.text);
    else applyTo(copy.path, step);
  }
  await shell(`node_modules/.bin/tsc -b ${packagesOf(steps).join(' ')}`);
});

test('a new endpoint touches at most seven files, two of them tests', async () => {
  const steps = stepsOf(await readFile(join(RECIPES, 'endpoint.md'), 'utf8'));
  const files = new Set(steps.flatMap((step) => (step.kind === 'run' ? [] : [step.file])));
  const tests = [...files].filter((file) => file.includes('/test/'));
  expect(tests.length).toBeLessThanOrEqual(2);
  expect(files.size - tests.length).toBeLessThanOrEqual(5);
});
