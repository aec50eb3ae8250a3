import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentSchemas, eventSchemas } from '@evidence/contracts';
import { REPOSITORY } from '@evidence/testkit';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Schema {
  readonly $ref?: string;
}
interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

export const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
type Method = (typeof METHODS)[number];
type PathItem = Readonly<Partial<Record<Method, Operation>>>;

const CONTRACT_FILE = join(REPOSITORY, 'contracts', 'http', 'openapi.source.yaml');

/** The parsed /contracts/http/openapi.source.yaml. */
export const contract = parse(readFileSync(CONTRACT_FILE, 'utf8')) as {
  readonly paths: Readonly<Record<string, PathItem>>;
};

/** Resolves a reference within the document; references to other files stay as they are. */
export function resolved<T>(node: T): T {
  const { $ref } = node as Schema;
  if (!$ref?.startsWith('#/')) return node;
  const target = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key.replaceAll('~1', '/')], contract);
  if (target === undefined) throw new Error(`${$ref} does not exist`);
  return resolved(target as T);
}

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
for (const schema of [...Object.values(documentSchemas), ...Object.values(eventSchemas)]) ajv.addSchema(schema);

/** The validator of a schema. References to `../documents/X.json` become the schema's own id. */
export function schemaOf(schema: Schema): ValidateFunction {
  const text = JSON.stringify(resolved(schema));
  const known = compiled.get(text);
  if (known) return known;
  const validate = ajv.compile(
    JSON.parse(text.replaceAll('"../documents/', '"https://evidence-reports.example/contracts/documents/')),
  );
  compiled.set(text, validate);
  return validate;
}
const compiled = new Map<string, ValidateFunction>();

/** A response as it was received. */
export interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Throws unless the document declares the response: its status, headers, media type, and the schema of its body. */
export function assertDeclared(answer: Answer): void {
  const what = `${answer.method} ${answer.url} -> ${answer.status}`;
  const response = declaredResponse(answer);
  if (!response) throw new Error(`${what} is not declared`);
  for (const [name, reference] of Object.entries(response.headers ?? {})) {
    const { required, schema } = resolved(reference);
    const value = answer.headers.get(name);
    if (value === null && !required) continue;
    if (value === null) throw new Error(`${what} lacks the header ${name}`);
    if (!schemaOf(schema)(value)) throw new Error(`${what}: the header ${name} is ${value}`);
  }
  assertBody(answer, response, what);
}

/** Files that are sent byte for byte as they were signed. */
const SIGNED_FILE = /\/(download|attestation)$/;

function assertBody({ method, url, headers, body }: Answer, { content }: Response, what: string): void {
  const mediaType = headers.get('content-type')?.split(';')[0];
  if (!content) {
    if (body.length > 0) throw new Error(`${what} has a body`);
    return;
  }
  const declared = mediaType === undefined ? undefined : content[mediaType];
  if (!declared) throw new Error(`${what} is of media type ${mediaType}`);
  if (method === 'HEAD') return;
  const isOurJson = /json$/.test(mediaType ?? '') && !SIGNED_FILE.test(new URL(url).pathname);
  if (isOurJson && body.at(-1) !== LINE_END) throw new Error(`${what} does not end its last line`);
  const value: unknown =
    /json$/.test(mediaType ?? '') && !isText(declared.schema) ? JSON.parse(body.toString()) : body.toString();
  const validate = schemaOf(declared.schema);
  if (!validate(value))
    throw new Error(`${what}: ${ajv.errorsText(validate.errors)} in ${body.toString().slice(0, 500)}`);
}

const LINE_END = 0x0a;
const isText = (schema: Schema) => (schema as { type?: string }).type === 'string';

/** The document's description has three rules for all paths: a HEAD for each GET, 405, and 404. */
function declaredResponse({ method, url, status }: Answer): Response | undefined {
  const { pathname } = new URL(url);
  const path = Object.keys(contract.paths)
    .toSorted((one, other) => Number(one.includes('{')) - Number(other.includes('{')))
    .find((template) => patternOf(template).test(pathname));
  const item = path === undefined ? undefined : contract.paths[path];
  const operation = item?.[method.toLowerCase() as Method] ?? (method === 'HEAD' ? item?.get : undefined);
  const response = operation?.responses[status];
  if (response) return resolved(response);
  if ((item === undefined && (status === 404 || status === 400)) || (operation === undefined && status === 405))
    return ANY_PROBLEM;
  return undefined;
}

const patternOf = (template: string) =>
  new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{[a-z]+\}/g, '[^/]*')}$`);

const ANY_PROBLEM: Response = {
  content: { 'application/problem+json': { schema: { $ref: '../documents/Problem.v1.json' } } },
};
