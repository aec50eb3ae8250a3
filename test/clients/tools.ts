import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startStack, type TestStack } from '@evidence/testkit';

export const HERE = import.meta.dirname;
/** The output of the tools, which is not in the repository. */
export const WORK = join(HERE, '.cache');
export const DOCUMENT = './.cache/openapi.json';
/** The document as a system serves it, and as it is in the repository. */
export const DOCUMENTS = [DOCUMENT, '../../contracts/http/openapi.json', '../../contracts/http/openapi.yaml'];

const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Runs a tool in this folder and returns its output. Rejects with its output if it fails. */
export async function tool(name: string, ...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    PATH: [join(HERE, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    CI: 'true',
  };
  const running = promisify(execFile)(name, [...args], { cwd: HERE, env, maxBuffer: OUTPUT_MAX_BYTES });
  const { stdout, stderr } = await running.catch(({ stdout: said, stderr: complained, message }) => {
    throw new Error(`${message}\n${said}\n${complained}`);
  });
  return stdout + stderr;
}

/** Starts a system with the sample scans, and saves its document in `DOCUMENT`, as a client would. */
export async function systemWithDocument(): Promise<TestStack> {
  const stack = await startStack({ samples: true });
  await mkdir(WORK, { recursive: true });
  const response = await fetch(`${stack.url}/openapi.json`);
  await writeFile(join(WORK, 'openapi.json'), await response.text());
  return stack;
}

/** Uses the compiler that the generators support, because ours (TypeScript 7) lacks the API that they use. */
export const compiles = (exercise: string) =>
  tool(
    'tsc',
    ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable'],
    ...['--module', 'esnext', '--moduleResolution', 'bundler', `exercises/${exercise}.ts`],
  );
