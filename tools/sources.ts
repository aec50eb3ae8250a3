import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly source?: string }>>;
}

const ROOT = join(import.meta.dirname, '..');

/**
 * Vite aliases that resolve each import of our packages by its export condition `source`: tests run the sources, without
 * a build. Aliases instead of `resolve.conditions`, because vitest also hands conditions to Node, which would load
 * sources in the threads and child processes that run a package's `dist`.
 */
export const SOURCES = globSync(
  ['packages/*/package.json', 'services/*/package.json', 'deploy/local/package.json', 'test/kit/package.json'],
  { cwd: ROOT },
).flatMap((file) => {
  const { name, exports = {} }: Manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  return Object.entries(exports).map(([path, { source }]) => {
    if (!source) throw new Error(`${file}: "${path}" in exports needs a "source", such as "./src/index.ts".`);
    return { find: new RegExp(`^${posix.join(name, path)}$`), replacement: join(ROOT, dirname(file), source) };
  });
});
