#!/usr/bin/env node
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { CommandFailure, EXIT } from './failure.js';
import { program } from './program.js';
import type { Surroundings } from './surroundings.js';

const { env, stdout, stderr } = process;

// Only this user may read what the command writes to a data folder.
process.umask(0o077);

// `npm run` starts us in the repository, but a relative path means the operator's own folder.
if (env.npm_lifecycle_event === 'evidence' && env.INIT_CWD) process.chdir(env.INIT_CWD);

// `evidence events … | head` closes the pipe when it has enough, which is not a failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

const root = join(import.meta.dirname, '..', '..', '..');
process.exit(await run({ env, stdout, stderr, now: () => new Date(), root }, process.argv));

async function run(surroundings: Surroundings, argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const evidence = program(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await evidence.parseAsync(argv);
    return exitCode;
  } catch (error) {
    // Commander has printed the error, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    stderr.write(`evidence: ${explained(error)}\n`);
    return error instanceof CommandFailure ? error.exitCode : EXIT.failure;
  }
}

/** Errors that carry a code are written for people. Anything else is a bug, and its stack shows where. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof CommandFailure || 'code' in error ? error.message : (error.stack ?? error.message);
}
