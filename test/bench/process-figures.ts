import { readFileSync } from 'node:fs';

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
