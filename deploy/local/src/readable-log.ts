import { styleText } from 'node:util';

/** pino's level numbers (pino 10): 30 info, 40 warn, 50 error, 60 fatal. */
const WARN_LEVEL = 40;
const ERROR_LEVEL = 50;
const INFO_LEVEL = 30;
const MESSAGE_MAX_CHARS = 500;

interface Entry {
  readonly level: number;
  readonly message: string;
}

/**
 * One line of a process's log for people to read, or `undefined` when it is less than a warning and `all` is false. Understands pino's JSON,
 * nats-server's `[WRN]` marks and plain text on standard error.
 */
export function readable(name: string, line: string, from: 'stdout' | 'stderr', all: boolean): string | undefined {
  const entry = pinoEntry(line) ??
    natsEntry(line) ?? { level: from === 'stderr' ? WARN_LEVEL : INFO_LEVEL, message: line };
  if (entry.message.trim() === '' || (!all && entry.level < WARN_LEVEL)) return undefined;
  const colour = entry.level >= ERROR_LEVEL ? 'red' : entry.level >= WARN_LEVEL ? 'yellow' : 'gray';
  const message = entry.message.slice(0, MESSAGE_MAX_CHARS);
  return `  ${styleText(colour, name.padEnd(12), { stream: process.stdout })} ${message}`;
}

function pinoEntry(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof entry.level !== 'number') return undefined;
    const cause = typeof entry.err?.message === 'string' ? entry.err.message : '';
    const said = typeof entry.msg === 'string' ? entry.msg : '';
    const message = cause === '' || said.includes(cause) ? said : [said, cause].filter(Boolean).join(': ');
    return { level: entry.level, message };
  } catch {
    return undefined;
  }
}

function natsEntry(line: string): Entry | undefined {
  const [, mark, message] = /^\[\d+\] \S+ \S+ \[(\w{3})\] (.*)$/.exec(line) ?? [];
  if (mark === undefined || message === undefined) return undefined;
  const level = mark === 'WRN' ? WARN_LEVEL : mark === 'ERR' || mark === 'FTL' ? ERROR_LEVEL : INFO_LEVEL;
  return { level, message };
}
