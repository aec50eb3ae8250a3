import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LogFile } from './log-file.js';

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /**
   * An IPC channel to us: a Node program ends itself when the channel closes, so that it never outlives us, however we
   * end. Other programs would not know what to do with it.
   */
  readonly leashed: boolean;
  readonly logFile: string;
  /** Told every line the program writes; all of them are in `logFile` too. */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  readonly name: string;
  readonly pid: number | undefined;
  /** Settles when the program has ended, or could not be started (code null, signal null). Never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a signal; nothing happens when the program has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end (SIGTERM) and insists (SIGKILL) after `deadlineMs`. Answers whether it ended by itself. */
  stop(deadlineMs: number): Promise<boolean>;
}

/** Starts a program whose output goes to its log file. */
export function startProgram(options: ProgramOptions): Program {
  const log = new LogFile(options.logFile);
  const child = spawn(options.command, [...options.args], {
    env: options.env,
    stdio: options.leashed ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    // In a group of its own: a Ctrl-C in the terminal then reaches the supervisor alone, which drains in order.
    detached: true,
  });
  const exited = whenEnded(child, (line, from) => {
    log.write(line);
    options.onLine?.(line, from);
  }).finally(() => log.close());
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  return {
    name: options.name,
    pid: child.pid,
    exited,
    kill,
    async stop(deadlineMs) {
      let insisted = false;
      const timer = setTimeout(() => {
        insisted = true;
        kill('SIGKILL');
      }, deadlineMs);
      kill('SIGTERM');
      await exited;
      clearTimeout(timer);
      return !insisted;
    },
  };
}

type OnLine = (line: string, from: 'stdout' | 'stderr') => void;

/** `close` and not `exit`: the last lines, which say why it ended, may come after the exit. */
function whenEnded(child: ChildProcess, onLine: OnLine): Promise<Exit> {
  for (const from of ['stdout', 'stderr'] as const) {
    const input = child[from];
    if (input) createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => onLine(line, from));
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      onLine(error.message, 'stderr');
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}
