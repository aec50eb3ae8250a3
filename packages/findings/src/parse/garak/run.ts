import type { RunCopy, TestTarget } from '@evidence/contracts';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';

const ID_CHARS_MAX = 256;
const TARGET_CHARS_MAX = 128;

/** The run of garak that a file is of, the kind of copy it is, and what was tested, according to its entries (garak 0.9 to 0.16). */
export class GarakRun {
  #id: string | undefined;
  #provider: string | undefined;
  #model: string | undefined;
  /** The types of entries that the file has. */
  readonly #types = new Set<unknown>();

  learn(type: unknown, value: JsonObject): void {
    this.#types.add(type);
    switch (type) {
      case 'start_run setup':
        this.#id ??= textOf(value['transient.run_id']);
        this.#target(
          value['plugins.target_type'] ?? value['plugins.model_type'],
          value['plugins.target_name'] ?? value['plugins.model_name'],
        );
        return;
      case 'init':
        this.#id = textOf(value.run) ?? this.#id;
        return;
      case 'digest':
        if (!isObject(value.meta)) return;
        this.#id ??= textOf(value.meta.run_uuid);
        this.#target(value.meta.target_type ?? value.meta.model_type, value.meta.target_name ?? value.meta.model_name);
        return;
      case 'hit':
        this.#id ??= textOf(value.run_id);
        this.#target(undefined, value.generator);
    }
  }

  /** `results`: attempts and evaluations in the file. Undefined: the file does not name its run. */
  copy(results: number): RunCopy | undefined {
    const runId = oneLine(this.#id ?? '', ID_CHARS_MAX);
    if (runId === '') return undefined;
    const types = [...this.#types];
    const kind = types.every((type) => type === 'hit')
      ? 'hitlog'
      : types.every((type) => type === 'digest')
        ? 'digest'
        : 'report';
    return { runId, kind, results };
  }

  targets(): TestTarget[] {
    const [provider, model] = [this.#provider, this.#model].map((name) =>
      textOf(oneLine(name ?? '', TARGET_CHARS_MAX)),
    );
    if (provider === undefined && model === undefined) return [];
    return [{ name: '', ...(provider !== undefined && { provider }), ...(model !== undefined && { model }) }];
  }

  #target(provider: unknown, model: unknown): void {
    this.#provider ??= textOf(provider);
    this.#model ??= textOf(model);
  }
}
