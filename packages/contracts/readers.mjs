// Compiles the contracts of events for readers to dist/generated/readers.js, after tsc: each process that reads the log spent 60 ms on that at its
// first events (measured 2026-12). Not committed, because it is long, and made from the schemas that are.
import { writeFileSync } from 'node:fs';
import { _ } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { compilerOf } from './dist/compiler.js';
import { documentSchemas, eventSchemas } from './dist/generated/schemas.js';

/** The schema without what closes it: only what a reader relies on. */
function opened(node) {
  if (Array.isArray(node)) return node.map(opened);
  if (node === null || typeof node !== 'object') return node;
  const isClosing = ([key, value]) =>
    (key === 'additionalProperties' || key === 'unevaluatedProperties') && value === false;
  const members = Object.entries(node).filter((member) => !isClosing(member));
  return Object.fromEntries(members.map(([key, value]) => [key, key === 'examples' ? value : opened(value)]));
}

const schemas = [...Object.values(documentSchemas), ...Object.values(eventSchemas)].map(opened);
const ajv = compilerOf(schemas, { code: { source: true, esm: true, formats: _`FORMATS` } });
const names = Object.keys(eventSchemas);
const identifierOf = (name) => name.replace('.', '_');
const validators = Object.fromEntries(names.map((name) => [identifierOf(name), eventSchemas[name].$id]));
const entries = names.map((name) => `['${name}', ${identifierOf(name)}]`);
// Ajv writes `require` for parts of itself, even into an ES module.
const code = standalone.default(ajv, validators).replaceAll('require("ajv/dist/runtime/equal").default', 'equal');
const [required] = /\brequire\(.*?\)/.exec(code) ?? [];
if (required) throw new Error(`Import what Ajv's code requires here too: ${required}`);
const text = `
import ajvEqual from 'ajv/dist/runtime/equal.js';
import { codePointsIn, FORMATS } from '../checks.js';
// Vite unwraps the default of a CommonJS module, Node does not.
const equal = ajvEqual.default ?? ajvEqual;
${code}
export const readers = new Map([${entries.join(', ')}]);
`;
writeFileSync(new URL('dist/generated/readers.js', import.meta.url), text);
