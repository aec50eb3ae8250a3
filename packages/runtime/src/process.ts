import type { Logger } from './log.js';

/** All closers together. Less than the 10 s after which a container runtime kills (Docker's default). */
export const DRAIN_DEADLINE_MS = 8_000;

/** Ends one thing in order. Runs once. */
export type Closer = () => Promise<void> | void;

export interface ProcessScope {
  /** Adds a closer. Closers run in reverse order: what was opened last is closed first. */
  onShutdown(closer: Closer): void;
}

export interface ProcessOptions {
  readonly drainDeadlineMs?: number;
}

/**
 * Runs a process from start to end. `main` opens everything, says with `onShutdown` how to close it, and answers the logger.
 *
 * - Started: logs "ready".
 * - SIGTERM, SIGINT, or the supervisor gone (its IPC channel closed): drains once, within a deadline, and exits 0; past it 1.
 *   A second signal exits at once.
 * - `main` throws: one sentence on standard error, what was opened is closed, exit 1.
 * - An error nobody caught: one log line, exit 1 without a drain, since nothing is known about the state any more.
 */
export async function runProcess(
  service: string,
  main: (scope: ProcessScope) => Promise<Logger>,
  { drainDeadlineMs = DRAIN_DEADLINE_MS }: ProcessOptions = {},
): Promise<void> {
  const closers: Closer[] = [];
  let logger: Logger | undefined;
  let draining = false;

  const drain = async (reason: string): Promise<void> => {
    if (draining) process.exit(1);
    draining = true;
    logger?.info({ reason }, 'draining');
    const problem = await closeAll(closers, drainDeadlineMs);
    if (problem) logger?.error({ err: problem }, 'not drained');
    else logger?.info('drained');
    process.exit(problem ? 1 : 0);
  };
  const crash = (error: unknown): void => {
    if (logger) logger.fatal({ err: error }, 'an error that nobody caught');
    else process.stderr.write(`${service} failed: ${sentenceOf(error)}\n`);
    process.exit(1);
  };
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
  // A second reason to drain, not a second signal: the supervisor may signal and go.
  process.on('disconnect', () => void (draining || drain('the supervisor is gone')));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  try {
    const started = await main({ onShutdown: (closer) => closers.push(closer) });
    logger = started;
    if (!draining) started.info('ready');
  } catch (error) {
    if (draining) return;
    process.stderr.write(`${service} cannot start: ${sentenceOf(error)}\n`);
    await closeAll(closers, drainDeadlineMs);
    process.exit(1);
  }
}

/** Answers the first thing that went wrong, after all closers had their turn, or at the deadline. */
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

const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
