import type { FrameworkEdition } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/**
 * The editions that a request means by its frameworks, in its order. Throws `framework_unknown` with the allowed values, and `invalid_request` for a
 * framework that is named twice, because an artifact has one edition of each.
 */
export function requestedFrameworks(
  texts: readonly string[],
  { parseRequested }: Pick<Frameworks, 'parseRequested'>,
): FrameworkEdition[] {
  const requested: FrameworkEdition[] = [];
  for (const [index, value] of texts.entries()) {
    const field = `/frameworks/${index}`;
    const parsed = parseRequested(value);
    if (!parsed.ok) {
      const message = sentences.frameworkUnknown(JSON.stringify(value));
      throw new Problem('framework_unknown', message, { field, value, allowed: [...parsed.allowed] });
    }
    const { framework, edition } = parsed;
    if (requested.some((other) => other.framework === framework)) {
      throw new Problem('invalid_request', sentences.frameworkRepeated(framework), {
        field,
        value,
      });
    }
    requested.push({ framework, edition });
  }
  return requested;
}
