import { bundled } from './bundle.mjs';

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
const PROBLEM_TYPE = 'application/problem+json';

/**
 * The OpenAPI document for tools: bundled, without pages, with an example for every body, and with the scopes where people read them.
 *
 * @param source contracts/http/openapi.source.yaml, parsed
 * @param schemas the contracts by file name
 */
export function openApiOf(source, schemas) {
  const calls = Object.entries(source.paths).filter(([, item]) => !item['x-page']);
  const document = bundled({ ...source, paths: Object.fromEntries(calls) }, schemas);
  const problems = schemas['Problem.v1.json'].examples;
  for (const response of Object.values(document.components.responses)) exemplify(response, document, problems);
  for (const parameter of Object.values(document.components.parameters)) exemplifyParameter(parameter, document);
  for (const item of Object.values(document.paths)) {
    for (const parameter of item.parameters ?? []) exemplifyParameter(parameter, document);
    for (const operation of METHODS.flatMap((method) => item[method] ?? [])) {
      for (const parameter of operation.parameters ?? []) exemplifyParameter(parameter, document);
      if (operation.requestBody) exemplify(operation.requestBody, document, problems);
      for (const response of Object.values(operation.responses)) exemplify(response, document, problems);
      describeScopes(operation);
    }
  }
  return document;
}

/** Gives each body an example: of its schema, or one for each problem that the description names. */
function exemplify({ content = {}, description }, { components }, problems) {
  for (const [mediaType, body] of Object.entries(content)) {
    if (body.example !== undefined || body.examples !== undefined) continue;
    if (mediaType === PROBLEM_TYPE) body.examples = problemsNamedIn(description, problems);
    else body.example = exampleOf(body.schema, components);
  }
}

/** Copies the example of the schema, if it has one, because some generators read it only here. */
function exemplifyParameter(parameter, { components }) {
  if (parameter.$ref !== undefined || parameter.example !== undefined) return;
  const { examples = [] } = parameter.schema.$ref ? targetOf(parameter.schema, components) : parameter.schema;
  if (examples.length > 0) [parameter.example] = examples;
}

function problemsNamedIn(description, problems) {
  const slugs = [...description.matchAll(/`([a-z_]+)`/g)].map(([, slug]) => slug);
  const named = problems.filter(({ error }) => slugs.includes(error));
  if (named.length === 0) throw new Error(`no problem is named in "${description}"`);
  return Object.fromEntries(named.map((value) => [value.error, { value }]));
}

/** The example of a schema, or one made of the examples of its members. */
function exampleOf(schema, components) {
  const {
    examples,
    properties,
    required = [],
    items,
    enum: values,
    const: value,
    anyOf,
    type,
    minimum,
  } = schema.$ref ? targetOf(schema, components) : schema;
  // An example next to a reference takes precedence.
  const own = schema.examples ?? examples;
  if (own) return own[0];
  if (value !== undefined || values) return value ?? values[0];
  if (anyOf) return exampleOf(anyOf[0], components);
  if (items) return [exampleOf(items, components)];
  if (properties) return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name], components)]));
  return minimum ?? BLANKS[Array.isArray(type) ? type[0] : type];
}

/** For members without an example in the contract. A test checks the resulting bodies. */
const BLANKS = { object: {}, array: [], string: 'text', integer: 0, number: 0, boolean: false, null: null };

const targetOf = ({ $ref }, components) => components.schemas[$ref.split('/').at(-1)];

function describeScopes(operation) {
  const scopes = operation.security.flatMap(({ bearer = [] }) => bearer);
  if (scopes.length === 0) return;
  const sentence = `Needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' and ')}.`;
  operation.description = operation.description ? `${operation.description.trimEnd()}\n\n${sentence}` : sentence;
}
