import type { ImportGraph } from './import-graph.js';

/** What the compiler cannot check in the benches. */
export function uncheckedInBenches({ modules }: ImportGraph): string[] {
  return [...modules]
    .filter(([path]) => path.startsWith('test/bench/'))
    .flatMap(([path, { importsComputed }]) => [
      ...(path.endsWith('.ts') ? [] : [`${path} is not TypeScript`]),
      ...(importsComputed ? [`${path} computes the name of a module`] : []),
    ]);
}
