import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a recipe does to a repository, in its order. `create` writes a whole file, `edit` changes one, `run` is a shell script. */
export type Step =
  | { readonly kind: 'create'; readonly file: string; readonly text: string }
  | { readonly kind: 'edit'; readonly file: string; readonly text: string }
  | { readonly kind: 'run'; readonly text: string };

/**
 * The steps of a recipe: its fenced blocks. A block whose info string names a file creates it; `diff` and a file edits it; `sh` runs. A block with
 * a language alone is for the reader.
 */
export function stepsOf(recipe: string): Step[] {
  return [...recipe.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].flatMap(
    ([, language, file, text = '']): Step[] => {
      if (language === 'sh') return [{ kind: 'run', text }];
      if (file === undefined) return [];
      return [{ kind: language === 'diff' ? 'edit' : 'create', file, text }];
    },
  );
}

/** The packages whose sources or contracts the steps touch, by folder. */
export function packagesOf(steps: readonly Step[]): string[] {
  const folders = steps.flatMap((step) =>
    step.kind === 'run' ? [] : (/^(packages|services)\/[^/]+/.exec(step.file)?.[0] ?? []),
  );
  return [...new Set(folders)];
}

/** Does what a step says about a file in `repository`. Throws when an edit does not find its lines exactly once. */
export function applyTo(repository: string, step: Exclude<Step, { kind: 'run' }>): void {
  const path = join(repository, step.file);
  if (step.kind === 'create') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, step.text, { flag: 'wx' });
    return;
  }
  const text = readFileSync(path, 'utf8');
  const parts = text.split(side(step.text, '-'));
  if (parts.length !== 2) throw new Error(`${step.file} has these lines ${parts.length - 1} times:\n${step.text}`);
  writeFileSync(path, parts.join(side(step.text, '+')));
}

/** The lines of a diff before (`-`) or after (`+`) it, with those that stay. */
const side = (diff: string, sign: '-' | '+'): string =>
  diff
    .split('\n')
    .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(sign))
    .map((line) => line.slice(1))
    .join('\n');
