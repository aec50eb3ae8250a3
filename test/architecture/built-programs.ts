import { posix } from 'node:path';
import type { ImportGraph } from './import-graph.js';

/** The names of tests that need no build. */
const PLAIN_TEST = /(?<!\.(e2e|nats|exhaustive|docker|judges|compat))\.test\.ts$/;
/** Tests that always need a build, and the kit, whose `start…` functions run built programs. */
const ELSEWHERE = /^test\/(architecture|clients|kit)\//;
const RUNS_WHAT_IS_BUILT = /(?<!ajv)['"/]dist['"/]|\bstart(Stack|Store|OldStore)\b/;

/** Plain tests that run built code, directly or through files of their test folder that they name. */
export function unnamedTestsOfPrograms({ modules, texts }: ImportGraph): string[] {
  const reached = (path: string, seen: Set<string>): string | undefined => {
    if (seen.has(path)) return undefined;
    seen.add(path);
    const text = texts.get(path) ?? '';
    if (RUNS_WHAT_IS_BUILT.test(text)) return path;
    return neighbours(path, text)
      .map((next) => reached(next, seen))
      .find((found) => found !== undefined);
  };
  const neighbours = (path: string, text: string) =>
    [...text.matchAll(/['"]((?:\.{1,2}\/)*[\w./-]+)\.([mc]?[jt]s)['"]/g)]
      .flatMap(([, name, extension]) =>
        ['ts', extension].map((end) => posix.join(posix.dirname(path), `${name}.${end}`)),
      )
      .filter((next) => modules.has(next) && !next.includes('/src/'));
  return [...modules.keys()]
    .filter((path) => PLAIN_TEST.test(path) && !ELSEWHERE.test(path))
    .flatMap((path) => {
      const built = reached(path, new Set());
      return built === undefined ? [] : [`${path} runs built code, through ${built}`];
    });
}
