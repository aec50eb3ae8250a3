import type { TestTarget } from '@evidence/contracts';
import { TARGET_NAME_CHARS_MAX, TARGET_PART_CHARS_MAX, TARGETS_MAX } from '../limits.js';
import { oneLine } from './text.js';

/** The targets that a file names. */
export class NamedTargets {
  readonly #targets = new Map<string, TestTarget>();

  /** Ignores an empty name. If a name comes again, the first one counts. */
  add(text: string, model: string, provider = ''): void {
    const name = oneLine(text, TARGET_NAME_CHARS_MAX);
    if (name === '' || this.#targets.has(name) || this.#targets.size >= TARGETS_MAX) return;
    const parts = Object.entries({ provider, model }).map(([key, part]) => [key, oneLine(part, TARGET_PART_CHARS_MAX)]);
    this.#targets.set(name, { name, ...Object.fromEntries(parts.filter(([, part]) => part !== '')) });
  }

  list(): TestTarget[] {
    return [...this.#targets.values()];
  }
}
