import { posix } from 'node:path';
import { factsOf, type ModuleFacts } from './module-facts.js';
import type { SourceTree } from './source-tree.js';

export interface Import {
  readonly from: string;
  /** As written, such as `./state.js` or `@evidence/decider`. */
  readonly request: string;
  /** A path of the tree, `node:<builtin>`, or `npm:<package>`. */
  readonly to: string;
  /** The names that it loads at run time, `*` for all; none if it imports only types. */
  readonly loads: readonly string[];
}

/** A workspace package: its folder, its name, and what its manifests declare. */
export interface Package {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Folders that tsconfig.json references. */
  readonly references: readonly string[];
  /** The sources of its `exports`, by import name: `@evidence/report`, `@evidence/report/stage`. */
  readonly entries: ReadonlyMap<string, string>;
  /** The `exports` whose source and built file do not belong together. */
  readonly mismatched: readonly string[];
}

export interface ImportGraph {
  readonly paths: readonly string[];
  readonly texts: SourceTree;
  readonly modules: ReadonlyMap<string, ModuleFacts>;
  readonly imports: readonly Import[];
  readonly packages: readonly Package[];
}

const IS_MODULE = /\.(ts|mts|mjs|js)$/;

export function importGraph(tree: SourceTree): ImportGraph {
  const packages = packagesOf(tree);
  const entryPoints = new Map(packages.flatMap(({ entries }) => [...entries]));
  const modules = new Map<string, ModuleFacts>();
  for (const [path, text] of tree) {
    if (IS_MODULE.test(path) && !path.includes('/fixtures/')) modules.set(path, factsOf(path, text));
  }
  const imports = [...modules].flatMap(([from, facts]) =>
    facts.imports.map((request) => ({
      from,
      request,
      to: resolve(from, request, tree, entryPoints),
      loads: facts.loads.get(request) ?? [],
    })),
  );
  return { paths: [...tree.keys()], texts: tree, modules, imports, packages };
}

/** `@scope/name/deep/path` belongs to package `@scope/name`. */
export function packageName(request: string): string {
  return request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolve(from: string, request: string, tree: SourceTree, entryPoints: ReadonlyMap<string, string>): string {
  if (request.startsWith('.')) {
    const target = posix.join(posix.dirname(from), request);
    const source = target.replace(/\.js$/, '.ts');
    return tree.has(source) ? source : target;
  }
  if (request.startsWith('node:')) return request;
  return entryPoints.get(request) ?? entryPoints.get(packageName(request)) ?? `npm:${packageName(request)}`;
}

function packagesOf(tree: SourceTree): Package[] {
  const manifests = [...tree].filter(([path]) => posix.basename(path) === 'package.json');
  return manifests.map(([path, text]) => {
    const folder = posix.dirname(path);
    const manifest = JSON.parse(text) as { name: string; exports?: Exports } & Record<
      'dependencies' | 'devDependencies',
      object | undefined
    >;
    const tsconfig = JSON.parse(tree.get(`${folder}/tsconfig.json`) ?? '{}') as { references?: { path: string }[] };
    return {
      folder,
      name: manifest.name,
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
      references: (tsconfig.references ?? []).map((reference) => posix.join(folder, reference.path)),
      entries: entriesOf(folder, manifest.name, manifest.exports),
      mismatched: Object.entries(manifest.exports ?? {})
        .filter(
          ([, { source, default: built }]) => source?.replace('/src/', '/dist/').replace(/\.ts$/, '.js') !== built,
        )
        .map(([path]) => `${posix.join(manifest.name, path)} in ${folder}/package.json`),
    };
  });
}

/** The entries of a package by subpath: the source, which tests and editors load, and the file built from it. */
type Exports = Readonly<Record<string, { readonly source: string; readonly default: string }>>;

/** The entry of a package without `exports`. */
const CUSTOM: Exports = { '.': { source: './src/index.ts', default: './dist/index.js' } };

function entriesOf(folder: string, name: string, exports = CUSTOM) {
  return new Map(
    Object.entries(exports).map(([path, { source = '' }]) => [posix.join(name, path), posix.join(folder, source)]),
  );
}
