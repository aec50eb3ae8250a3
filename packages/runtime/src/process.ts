import { flushCompileCache } from 'node:module';
import type { Logger } from './log.js';

/** For all closers together. Less than the 10 s after which a container runtime kills the process (Docker's default). */
export const DRAIN_DEADLINE_MS = 8_000;

/** Closes one resource in an orderly way. Runs once. */
export type Closer = () => Promise<void> | void;

export interface ProcessScope {
  /** Adds a closer. Closers run in reverse order: the resource opened last is closed first. */
  onShutdown(closer: Closer): void;
}

export interface ProcessOptions {
  readonly drainDeadlineMs?: number;
}

/**
 * Runs a process from start to end. `main` opens everything, registers with `onShutdown` how to close it, and returns the logger.
 *
 * - Started: logs "ready".
 * - SIGTERM, SIGINT, or the supervisor gone (its IPC channel closed): drains once and exits with 0, or with 1 after a deadline.
 *   A second signal exits at once.
 * - `main` throws: one sentence on standard error, everything opened is closed, exit 1.
 * - An uncaught error: one log line, exit 1 without a drain, because the state is no longer known.
 */
export async function runProcess(
  service: string,
  main: (scope: ProcessScope) => Promise<Logger>,
  { drainDeadlineMs = DRAIN_DEADLINE_MS }: ProcessOptions = {},
): Promise<void> {
  // Only our own user may read what we write: findings, keys and logs.
  process.umask(0o077);
  const closers: Closer[] = [];
  let logger: Logger | undefined;
  let draining = false;

  const drain = async (reason: string): Promise<void> => {
    if (draining) process.exit(1);
    draining = true;
    logger?.info({ reason }, 'draining');
    const problem = await closeAll(closers, drainDeadlineMs);
    if (problem) logger?.error({ err: problem }, 'the drain failed');
    else logger?.info('drained');
    process.exit(problem ? 1 : 0);
  };
  const crash = (error: unknown): void => {
    if (logger) logger.fatal({ err: error }, 'uncaught error');
    else process.stderr.write(`${service} failed: ${messageOf(error)}\n`);
    process.exit(1);
  };
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
  // A second reason to drain, not a second signal: the supervisor may send a signal and exit.
  process.on('disconnect', () => void (draining || drain('the supervisor is gone')));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  try {
    const started = await main({ onShutdown: (closer) => closers.push(closer) });
    logger = started;
    // Node writes compiled code to NODE_COMPILE_CACHE when a process exits, and nothing can wait for that. After the first start on a machine
    // these are thousands of files; on a busy disk, writing them took longer than a supervisor waits for a process that has logged
    // "drained" (Node 24.21, 2026-11-29). Later starts have nothing to write.
    flushCompileCache();
    if (!draining) started.info('ready');
  } catch (error) {
    if (draining) return;
    process.stderr.write(`${service} cannot start: ${messageOf(error)}\n`);
    await closeAll(closers, drainDeadlineMs);
    process.exit(1);
  }
}

/** Returns the first error, after all closers have run or at the deadline. */
async function closeAll(closers: readonly Closer[], deadlineMs: number): Promise<unknown> {
  const closing = async (): Promise<unknown> => {
    let problem: unknown;
    for (const closer of closers.toReversed()) {
      try {
        await closer();
      } catch (error) {
        problem ??= error;
      }
    }
    return problem;
  };
  const { promise: deadline, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => resolve(new Error(`The drain took longer than ${deadlineMs} ms.`)), deadlineMs);
  const problem = await Promise.race([closing(), deadline]);
  clearTimeout(timer);
  return problem;
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
