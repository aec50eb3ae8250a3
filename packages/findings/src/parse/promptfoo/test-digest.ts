import { canonicalJson, sha256Of } from '@evidence/contracts';
import { isObject, type JsonObject } from '../json/values.js';

/**
 * The SHA-256 of the parts that define a test: its variables, assertions and prompt template. Outputs, judgements and the position in the eval
 * are not included, because they change from run to run. Undefined if a row has none of the parts.
 */
export function testDigestOf(row: JsonObject, test: JsonObject): string | undefined {
  const variables = test.vars ?? row.vars;
  const template = isObject(row.prompt) ? row.prompt.label : undefined;
  const assertions = Array.isArray(test.assert) ? test.assert.filter(isObject).map(assertionOf) : [];
  if (variables === undefined && template === undefined && assertions.length === 0) return undefined;
  const told = canonicalJson({ variables: variables ?? null, template: template ?? null, assertions });
  return sha256Of(told);
}

const assertionOf = ({ type, value }: JsonObject): JsonObject => ({ type: type ?? null, value: value ?? null });
