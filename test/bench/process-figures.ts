import { readFileSync } from 'node:fs';
import type { TestStack } from '@evidence/testkit';

/** Clock ticks per second on Linux (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_S = 100;

/** The resident memory of a process now (VmRSS) or at its peak (VmHWM), in MiB. See proc_pid_status(5). */
export const residentMib = (pid: number, which: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** User and system time of all threads of a process, in seconds. See proc_pid_stat(5). */
export function cpuSeconds(pid: number): number {
  // The name of the program, in parentheses, may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

type Figures = Readonly<Record<string, number>>;

/** The CPU of each process of a stack so far, in seconds. */
export const cpuOf = (stack: TestStack): Figures =>
  Object.fromEntries([...stack.pids()].map(([name, pid]) => [name, cpuSeconds(pid)]));

/** The CPU of each process since `before`, for one of `count`, times `scale`: 1,000 for milliseconds. */
export const cpuEachSince = (before: Figures, stack: TestStack, count: number, scale: number): Figures =>
  Object.fromEntries(
    Object.entries(cpuOf(stack)).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * scale) / count]),
  );

/** `store-server 10.4, gateway 9.7`, with this many digits after the point. */
export const listed = (figures: Figures, digits: number): string =>
  Object.entries(figures)
    .map(([name, figure]) => `${name} ${figure.toFixed(digits)}`)
    .join(', ');
