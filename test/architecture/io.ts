import type { ImportGraph } from './import-graph.js';

/** What a pure module may import from Node: computations on bytes, texts and addresses. */
const PURE_OF_NODE: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'hash'],
  'node:net': ['BlockList', 'isIP'],
};
/** Packages of npm that only compute. */
const PURE_OF_NPM = ['npm:ajv', 'npm:ajv-formats', 'npm:canonicalize'];
/** Returning a promise is not I/O by itself, because what it waits for came as an argument. */
const ASYNC = ['async', 'await'];

/**
 * Returns, for a module of the tree, all I/O that loading it brings in: one sentence for each module that imports something from Node or npm
 * that is not known to be pure, or uses the clock, the network or the environment through a global.
 */
export function ioReachedFrom({ modules, imports }: ImportGraph): (path: string) => string[] {
  const loading = Map.groupBy(
    imports.filter(({ loads }) => loads.length > 0),
    ({ from }) => from,
  );
  const ioOf = (path: string): string[] => [
    ...(loading.get(path) ?? [])
      .filter(({ to, loads }) => isIo(to, loads))
      .map(({ request }) => `${path} loads ${request}`),
    ...(modules.get(path)?.impurities ?? []).filter((one) => !ASYNC.includes(one)).map((one) => `${path} uses ${one}`),
  ];
  return (path) => {
    const reached = new Set([path]);
    for (const one of reached) for (const { to } of loading.get(one) ?? []) if (modules.has(to)) reached.add(to);
    return [...reached].flatMap(ioOf);
  };
}

function isIo(to: string, loads: readonly string[]): boolean {
  if (to.startsWith('npm:')) return !PURE_OF_NPM.includes(to);
  return to.startsWith('node:') && !loads.every((name) => PURE_OF_NODE[to]?.includes(name));
}
