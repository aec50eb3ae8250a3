import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, freePort, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WALKED, walk } from './exercises/flow.js';
import { compiles, DOCUMENT, HERE, systemWithDocument, tool, WORK } from './tools.js';

const SCHEMATHESIS = 'schemathesis==4.32.5';
/** For each operation; more finds more and takes longer. */
const EXAMPLES = '15';

let stack: TestStack;
beforeAll(async () => {
  stack = await systemWithDocument();
});
afterAll(() => stack?.dispose());

test('Redocly has nothing to say that redocly.yaml does not justify', async () => {
  const said = await tool('redocly', 'lint', DOCUMENT);
  expect(said).toContain('Your API description is valid');
  expect(said).not.toMatch(/\d+ warning/);
});

test('swagger-parser takes it for valid, without a network', async () => {
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
  expect(await SwaggerParser.validate(join(WORK, 'openapi.json'))).toMatchObject({ openapi: '3.1.1' });
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

test('Prism between a client and the system sees nothing that breaks the document', async () => {
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

test('every request of the Postman collection runs', async () => {
  await tool('openapi2postmanv2', '-s', DOCUMENT, '-o', './.cache/collection.json', '-p');
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
  const failed = run.executions.filter(({ requestError, response }) => requestError || (response?.code ?? 500) >= 500);
  expect(failed.map(({ item }) => item.name)).toEqual([]);
  expect(run.executions.length).toBeGreaterThanOrEqual(20);
});

test('schemathesis finds no answer that breaks the document', async (context) => {
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
  const checks =
    'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance';
  const how = ['--checks', checks, '--max-examples', EXAMPLES, '--phases', 'examples,fuzzing', '--no-color'];
  await tool(program, 'run', DOCUMENT, '--url', stack.url, '-H', `Authorization: Bearer ${stack.token}`, ...how);
});
