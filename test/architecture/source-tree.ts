import { globSync, readFileSync } from 'node:fs';

/** The repository's files by path from its root, with `/`. Only code and JSON carry their text; other files are ''. */
export type SourceTree = ReadonlyMap<string, string>;

const ROOMS = '{packages,services,deploy,test,tools}/**';
const ROOT_MANIFEST = 'package.json';
const NOT_OURS = new Set(['node_modules', 'dist', '.turbo', '.data', '.cache', 'coverage']);
const HAS_TEXT = /\.(ts|mts|mjs|js)$|(^|\/)(package|tsconfig)\.json$/;

/** Reads the tree from disk, without built and installed files. */
export function sourceTree(root: string): SourceTree {
  const entries = globSync([ROOT_MANIFEST, ROOMS], {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => NOT_OURS.has(entry.name),
  });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length + 1))
    .sort();
  return new Map(paths.map((path) => [path, HAS_TEXT.test(path) ? readFileSync(`${root}/${path}`, 'utf8') : '']));
}
