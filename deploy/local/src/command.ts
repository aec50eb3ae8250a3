import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The most output of a tool that we read, in bytes. */
const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly cwd?: string;
}

/** Runs a program without a shell and returns its standard output. Rejects when it is absent, fails or takes too long. */
export async function output(program: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { timeoutMs, ...rest } = options;
  const { stdout } = await run(program, args, {
    ...rest,
    timeout: timeoutMs,
    maxBuffer: OUTPUT_MAX_BYTES,
    encoding: 'utf8',
  });
  return stdout;
}
