import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LogFile } from './log-file.js';
import { watch } from './watcher.js';

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /**
   * An IPC channel to us: a Node program exits when the channel closes, so it never outlives us, however we end. Other programs do not know the channel; they are watched, and identified by their last argument.
   */
  readonly leashed: boolean;
  readonly logFile: string;
  /** Receives every line that the program writes; `logFile` has all of them, too. */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when the program has exited, or could not be started (code null, signal null). Never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a signal; does nothing when the program has exited. */
  kill(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, and SIGKILL after `deadlineMs`. Returns whether the program exited by itself. */
  stop(deadlineMs: number): Promise<boolean>;
}

/** Starts a program whose output goes to its log file. */
export function startProgram(options: ProgramOptions): Program {
  const log = new LogFile(options.logFile);
  const child = spawn(options.command, [...options.args], {
    env: options.env,
    stdio: options.leashed ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    // In its own process group, so that Ctrl-C in the terminal reaches only the supervisor, which drains in order.
    detached: true,
  });
  const mark = options.args.at(-1);
  const dismiss = options.leashed || child.pid === undefined || !mark ? undefined : watch(child.pid, mark);
  const exited = whenEnded(child, (line, from) => {
    log.write(line);
    options.onLine?.(line, from);
  }).finally(() => {
    dismiss?.();
    log.close();
  });
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

/** `close` and not `exit`: the last lines, which say why the program exited, may come after `exit`. */
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
