import type { TestTarget } from '@evidence/contracts';
import { evaluationsOf, NO_TALLY, sumOf, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import type { PromptfooResult } from './result.js';

const NAME_CHARS_MAX = 256;
const MODEL_CHARS_MAX = 128;
/** The contract's limit. Further targets are left out of the list, but their findings still name them. */
const TARGETS_MAX = 64;

export const targetNameOf = ({ provider }: Pick<PromptfooResult, 'provider'>): string =>
  oneLine(provider, NAME_CHARS_MAX);

/** The providers of an eval: each is a target with its own evaluations. */
export class PromptfooTargets {
  readonly #targets = new Map<string, { readonly id: string; readonly tally: Tally }>();

  add(result: PromptfooResult, tally: Tally): void {
    const name = targetNameOf(result);
    const known = this.#targets.get(name);
    if (name === '' || (!known && this.#targets.size >= TARGETS_MAX)) return;
    this.#targets.set(name, { id: known?.id ?? result.providerId, tally: sumOf(known?.tally ?? NO_TALLY, tally) });
  }

  list(): TestTarget[] {
    return [...this.#targets].map(([name, { id, tally }]) => {
      const { provider, model } = partsOf(id);
      return {
        name,
        ...(provider !== '' && { provider }),
        ...(model !== '' && { model }),
        evaluations: evaluationsOf(tally),
      };
    });
  }
}

/** `openai:chat:gpt-4o` is `chat:gpt-4o` of `openai`; `https://…` and `file://…` name no model. */
function partsOf(id: string): { readonly provider: string; readonly model: string } {
  const [, provider = id, model = ''] = /^([^:]+):(?!\/\/)(.+)$/s.exec(id) ?? [];
  return { provider: oneLine(provider, MODEL_CHARS_MAX), model: oneLine(model, MODEL_CHARS_MAX) };
}
