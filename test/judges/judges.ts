import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

const run = promisify(execFile);
const { EVIDENCE_JUDGES, XDG_CACHE_HOME } = process.env;
const FOLDER = EVIDENCE_JUDGES ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'evidence-reports', 'judges');
const JAVA_LIBRARIES = join(FOLDER, 'java');
const PYTHON = join(FOLDER, 'python', 'bin', 'python');
/** Java needs a second to start, and a second for each pack of a few hundred pages. */
const TIMEOUT_MS = 120_000;

/** Where `install.sh` installs cosign and the nats command. */
export const GO_TOOLS = join(FOLDER, 'go');

/** Skips the test with a reason if `install.sh` has not installed the judge. */
export const requireJava = (context: TestContext): Promise<void> =>
  require(context, JAVA_LIBRARIES, 'veraPDF and EU DSS');
export const requirePython = (context: TestContext): Promise<void> => require(context, PYTHON, 'pyHanko');

async function require(context: TestContext, path: string, name: string): Promise<void> {
  await access(path).catch(() => context.skip(`${name} not installed: run test/judges/install.sh`));
}

/** Whether each file conforms, in veraPDF's words: a line `ok …` or `fail …` for each. `flavour`: `3a`, `3b` or `ua1`. */
export const veraPdf = (flavour: string, files: readonly string[]): Promise<string[]> =>
  java('VeraPdf', [flavour, ...files]);

/** The verdict of EU DSS on each signature: `<indication> <sub-indication> <format> <file> …`. */
export const dss = (trusted: readonly string[], files: readonly string[]): Promise<string[]> =>
  java('Dss', [trusted.join(','), ...files]);

/** The verdict of pyHanko on each signature and document time-stamp. */
export const pyHanko = (trusted: readonly string[], files: readonly string[]): Promise<string[]> =>
  lines(PYTHON, [join(import.meta.dirname, 'pyhanko_judge.py'), trusted.join(','), ...files]);

const java = (program: string, args: readonly string[]): Promise<string[]> =>
  lines('java', ['-cp', join(JAVA_LIBRARIES, '*'), join(import.meta.dirname, `${program}.java`), ...args]);

async function lines(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await run(program, args, { timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());
}
