// Runs after tsc, and replaces dist/readers.js, which compiles contracts at run time, with a module that contains the compiled functions. Each process
// that reads the log spent 60 ms on compiling them at its first events (measured 2026-12); loading them takes 10.
import { writeFileSync } from 'node:fs';
import { _ } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { eventSchemas } from './dist/generated/schemas.js';
import { openContracts } from './dist/open-contracts.js';

const names = Object.keys(eventSchemas);
const identifierOf = (name) => name.replace('.', '_');
const ajv = openContracts({ code: { source: true, esm: true, formats: _`FORMATS` } });
// Ajv writes `require` for parts of itself, even into an ES module.
const code = standalone
  .default(ajv, Object.fromEntries(names.map((name) => [identifierOf(name), eventSchemas[name].$id])))
  .replaceAll('require("ajv/dist/runtime/equal").default', 'equal');
const [required] = /\brequire\(.*?\)/.exec(code) ?? [];
if (required) throw new Error(`Import what Ajv's code requires here too: ${required}`);

const text = `
import ajvEqual from 'ajv/dist/runtime/equal.js';
import { codePointsIn, FORMATS } from './checks.js';
// Vite unwraps the default of a CommonJS module, Node does not.
const equal = ajvEqual.default ?? ajvEqual;
${code}
const readers = new Map([${names.map((name) => `['${name}', ${identifierOf(name)}]`).join(', ')}]);
export const readerOf = (name) => readers.get(name);
`;
writeFileSync(new URL('dist/readers.js', import.meta.url), text);
