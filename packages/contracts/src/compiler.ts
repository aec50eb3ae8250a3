import { _, Ajv2020, type AnySchemaObject, type CodeKeywordDefinition, type Options } from 'ajv/dist/2020.js';
import { codePointsIn, FORMATS } from './checks.js';

/**
 * Knows the schemas, and compiles each on first use, because a service needs only a few, and compiling is most of Ajv's cost. The tests of the
 * contracts check that the schemas are JSON Schema; checking that again in each process would take a tenth of a second.
 */
export function compilerOf(schemas: readonly AnySchemaObject[], options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({
    validateSchema: false,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: false,
    keywords: ['x-stream'],
    // Without Ajv's own pass over the code the validators are as fast, because V8 has its own, and compiling takes a third less (measured 2026-11).
    code: { optimize: false },
    ...options,
  });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  countOnlyIfNeeded(ajv);
  for (const schema of schemas) ajv.addSchema(schema);
  return ajv;
}

/**
 * A text has at most as many code points as code units, and at least half as many, so most lengths are known without counting. Ajv always counts:
 * nearly half of the time that checking a finding took (measured 2026-12).
 */
function countOnlyIfNeeded(ajv: Ajv2020): void {
  const own = ajv.getKeyword('maxLength') as CodeKeywordDefinition;
  for (const keyword of ['maxLength', 'minLength']) ajv.removeKeyword(keyword);
  ajv.addKeyword({
    ...own,
    keyword: ['maxLength', 'minLength'],
    // In Ajv's own order: it decides which fault is reported, and a text that is too long never meets an expression.
    before: 'pattern',
    code(context) {
      const { keyword, data, schemaCode: limit, gen } = context;
      const count = _`${gen.scopeValue('func', { ref: codePointsIn, code: _`codePointsIn` })}(${data})`;
      context.fail(
        keyword === 'maxLength'
          ? _`${data}.length > ${limit} && ${count} > ${limit}`
          : _`${data}.length < 2 * ${limit} && ${count} < ${limit}`,
      );
    },
  });
}
