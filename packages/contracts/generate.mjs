// Generates src/generated/ from /contracts: types, schemas and the API documents as modules, so that a built package needs no files. Also writes
// the API documents for tools, next to their sources. CI runs it again and fails on any difference.
// json-schema-to-typescript is the well-maintained generator that keeps names and descriptions.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { parse, stringify } from 'yaml';
import { asyncApiOf } from './asyncapi.mjs';
import { eventsModuleOf, eventTypesIn } from './events.mjs';
import { openApiOf } from './openapi.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const contracts = join(here, '..', '..', 'contracts');
const generated = join(here, 'src', 'generated');
const NOTICE =
  '// Generated from /contracts by packages/contracts/generate.mjs. Edit the schema, then run `npm run generate`.\n\n';

const schemasIn = (folder) =>
  readdirSync(join(contracts, folder))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      folder,
      name: file.replace(/\.json$/, ''),
      schema: JSON.parse(readFileSync(join(contracts, folder, file), 'utf8')),
    }));

const all = [...schemasIn('documents'), ...schemasIn('events')];
const streams = JSON.parse(readFileSync(join(contracts, 'streams.json'), 'utf8'));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const eventTypes = eventTypesIn(all, streams);
const titleByFile = new Map(all.map(({ name, schema }) => [`${name}.json`, schema.title]));

/** Every `$ref`, wherever it points, becomes a reference into one bundle: names are unique across all contracts. */
function bundled(node) {
  if (Array.isArray(node)) return node.map(bundled);
  if (node === null || typeof node !== 'object') return node;
  // A description next to a $ref would make the generator invent Instant1 … Instant31, so the types omit it; the schemas keep it.
  if (node.$ref) {
    const last = node.$ref.split('/').at(-1);
    return { $ref: `#/definitions/${titleByFile.get(last) ?? last}` };
  }
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    // A member may itself be called `format`: only the keyword, whose value is a string, has no type.
    const isKeyword = key !== 'format' || typeof value === 'string';
    if (!(isKeyword && ['$schema', '$id', '$defs', 'examples', 'format', 'x-stream'].includes(key)))
      out[key] = bundled(value);
  }
  return out;
}

const definitions = {};
for (const { schema } of all) {
  for (const [name, sub] of Object.entries(schema.$defs ?? {})) define(name, sub);
  if (schema.type) define(schema.title, schema);
}
function define(name, schema) {
  if (definitions[name]) throw new Error(`two contracts define ${name}: one word, one meaning`);
  definitions[name] = bundled(schema);
}

const types = await compile(
  { title: 'Contracts', type: 'object', additionalProperties: false, definitions },
  'Contracts',
  {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  },
);
const NOISE =
  / \* ?\n \* This interface was referenced by `[A-Za-z]+`'s\s(?:\* )?JSON-Schema(?: definition)?\n \* via the `[A-Za-z]+` "[^"\n]+"\.\n/g;
const ROOT = /export interface Contracts \{[^}]*\}\n/;
const documentData = all
  .filter(({ folder, schema }) => folder === 'documents' && schema.type)
  .map(({ name, schema }) => `  readonly ${JSON.stringify(name)}: ${schema.title};\n`)
  .join('');
writeFileSync(
  join(generated, 'types.ts'),
  `${NOTICE}${types.replace(NOISE, '').replace(ROOT, '')}\n/** The documents by the name of their contract. */\nexport interface DocumentData {\n${documentData}}\n`,
);

writeFileSync(join(generated, 'events.ts'), NOTICE + eventsModuleOf(eventTypes, streams, sha256(JSON.stringify(all))));

const byFile = Object.fromEntries(all.map(({ name, schema }) => [`${name}.json`, schema]));
const source = (...path) => parse(readFileSync(join(contracts, ...path), 'utf8'));
const openApi = openApiOf(source('http', 'openapi.source.yaml'), byFile);
writeFileSync(
  join(generated, 'openapi.ts'),
  `${NOTICE}/** The OpenAPI document with all schemas inside. */\nexport const openApi: Readonly<Record<string, unknown>> = ${JSON.stringify(openApi)};\n`,
);

const asyncApi = asyncApiOf(source('bus', 'asyncapi.yaml'), byFile);
writeFileSync(
  join(generated, 'asyncapi.ts'),
  `${NOTICE}/** The AsyncAPI document with all schemas inside. */\nexport const asyncApi: Readonly<Record<string, unknown>> = ${JSON.stringify(asyncApi)};\n`,
);

// The same document twice, for tools that read only one of the two. No anchors: some tools cannot follow them.
const openApiYaml = stringify(openApi, { aliasDuplicateObjects: false, lineWidth: 0 });
writeFileSync(
  join(contracts, 'http', 'openapi.yaml'),
  `# Generated by packages/contracts/generate.mjs. Edit openapi.source.yaml, then run \`npm run generate\`.\n${openApiYaml}`,
);
writeFileSync(join(contracts, 'http', 'openapi.json'), `${JSON.stringify(openApi, undefined, 2)}\n`);
writeFileSync(join(contracts, 'bus', 'asyncapi.json'), `${JSON.stringify(asyncApi, undefined, 2)}\n`);

const entries = (folder) =>
  all
    .filter((one) => one.folder === folder)
    .map(({ name, schema }) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)},\n`)
    .join('');
writeFileSync(
  join(generated, 'schemas.ts'),
  `${NOTICE}export const eventSchemas = {\n${entries('events')}} as const;\n\nexport const documentSchemas = {\n${entries('documents')}} as const;\n`,
);
