import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, freePort, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUEST, WALKED, walk } from './exercises/flow.js';
import { compiles, DOCUMENT, DOCUMENTS, HERE, systemWithDocument, tool, WORK } from './tools.js';

const SCHEMATHESIS = 'schemathesis==4.32.5';
const OPERATIONS = 22;
/** The number of examples per operation. More examples find more and take longer. */
const EXAMPLES = '15';

let stack: TestStack;
beforeAll(async () => {
  stack = await systemWithDocument();
});
afterAll(() => stack?.dispose());

test.each(DOCUMENTS)('Redocly finds nothing in %s except what redocly.yaml justifies', async (document) => {
  const said = await tool('redocly', 'lint', document, '--config', 'redocly.yaml');
  expect(said).toContain('Your API description is valid');
  expect(said).not.toMatch(/\d+ warning/);
});

test.each(DOCUMENTS)('swagger-parser accepts %s as valid, without a network', async (document) => {
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
  expect(await SwaggerParser.validate(join(HERE, document))).toMatchObject({ openapi: '3.1.1' });
});

test('the client of orval compiles and works', async () => {
  const output = { target: join(WORK, 'orval.ts'), client: 'fetch', baseUrl: stack.url };
  const config = { evidence: { input: join(WORK, 'openapi.json'), output } };
  await writeFile(join(WORK, 'orval.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  await tool('orval', '--config', './.cache/orval.config.mjs');
  await compiles('orval');
  const { clientOf } = await import('./exercises/orval.js');
  expect(await walk('orval', clientOf(stack.url, stack.token))).toEqual(WALKED);
});

test('the client of swagger-typescript-api compiles and works', async () => {
  await tool('swagger-typescript-api', 'generate', '-p', DOCUMENT, '-o', './.cache', '-n', 'swagger-typescript-api.ts');
  await compiles('swagger-typescript-api');
  const { clientOf } = await import('./exercises/swagger-typescript-api.js');
  expect(await walk('swagger-typescript-api', clientOf(stack.url, stack.token))).toEqual(WALKED);
});

test('Prism between a client and the system finds no violation of the document', async () => {
  const port = await freePort();
  const args = ['proxy', DOCUMENT, stack.url, '--errors', '--port', String(port)];
  const prism: ChildProcess = spawn(join(HERE, 'node_modules', '.bin', 'prism'), args, { cwd: HERE });
  let said = '';
  for (const stream of [prism.stdout, prism.stderr]) stream?.on('data', (chunk) => (said += chunk));
  try {
    await eventually(() => expect(said).toContain('Prism is listening'), { timeoutMs: 60_000 });
    await tool('openapi-typescript', DOCUMENT, '-o', './.cache/openapi-typescript.ts');
    const { clientOf } = await import('./exercises/openapi-fetch.js');
    const client = clientOf(`http://127.0.0.1:${port}`, stack.token);
    const walked = await walk('prism', { ...client, problem: async () => WALKED.problem });
    expect([walked, said.match(/violat/gi)]).toEqual([WALKED, null]);
  } finally {
    prism.kill('SIGTERM');
    await once(prism, 'close');
  }
});

interface NewmanRun {
  readonly run: {
    readonly executions: readonly {
      readonly item: { readonly name: string };
      readonly requestError?: object;
      readonly response?: { readonly code: number };
    }[];
  };
}

/** Uses the document's examples as values. Optional parameters are included, but disabled. */
const WITH_EXAMPLES = 'requestParametersResolution=Example,parametersResolution=Example,enableOptionalParameters=false';

/** Puts the ids of an existing report and finding into the collection, as a person would. */
async function putIdsIn(collection: string): Promise<void> {
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json', prefer: 'wait=60' };
  const body = JSON.stringify(REQUEST);
  const made = await fetch(`${stack.url}/api/v2/reports`, { method: 'POST', headers, body });
  const found = await fetch(`${stack.url}/api/v2/findings?limit=1`, { headers });
  const { components } = JSON.parse(await readFile(join(WORK, 'openapi.json'), 'utf8'));
  const ids: [string, string][] = [
    [components.schemas.ReportId.examples[0], (await made.json()).id],
    [components.parameters.FindingId.example, (await found.json()).data[0].id],
  ];
  const text = await readFile(collection, 'utf8');
  for (const [example] of ids) expect(text).toContain(example);
  await writeFile(
    collection,
    ids.reduce((all, [example, id]) => all.replaceAll(example, id), text),
  );
}

test('every request of the Postman collection runs and succeeds', async () => {
  await tool('openapi2postmanv2', '-s', DOCUMENT, '-o', './.cache/collection.json', '-p', '-O', WITH_EXAMPLES);
  await putIdsIn(join(WORK, 'collection.json'));
  const where = ['--env-var', `baseUrl=${stack.url}`, '--env-var', `bearerToken=${stack.token}`];
  const report = join(WORK, 'newman.json');
  await tool(
    'newman',
    'run',
    './.cache/collection.json',
    ...where,
    '--reporters',
    'json',
    '--reporter-json-export',
    report,
  );
  const { run }: NewmanRun = JSON.parse(await readFile(report, 'utf8'));
  const failed = run.executions.filter(({ requestError, response }) => requestError || (response?.code ?? 500) >= 400);
  // An existing report is not made again.
  expect(failed.map(({ item, response }) => `${item.name}: ${response?.code}`)).toEqual([
    'Make an expired report again: 409',
  ]);
  expect(run.executions).toHaveLength(OPERATIONS);
});

test('schemathesis finds no response that violates the document', async (context) => {
  const venv = join(HERE, '.cache', 'venv');
  const program = join(venv, 'bin', 'schemathesis');
  if (
    !(await access(program).then(
      () => true,
      () => false,
    ))
  ) {
    await tool('python3', '-m', 'venv', venv);
    const installed = await tool(join(venv, 'bin', 'pip'), 'install', '-q', SCHEMATHESIS).catch(() => undefined);
    if (installed === undefined) return context.skip(`${SCHEMATHESIS} cannot be installed here, so it has not looked`);
  }
  const how = ['--max-examples', EXAMPLES, '--no-color'];
  await tool(program, 'run', DOCUMENT, '--url', stack.url, '-H', `Authorization: Bearer ${stack.token}`, ...how);
});
