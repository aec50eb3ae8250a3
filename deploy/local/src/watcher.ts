import { spawn } from 'node:child_process';

/** How long a program may take to exit before it is killed. */
const GRACE_SECONDS = 10;
const DISMISSED = 'dismissed';

/**
 * Waits for a line on standard input. If the pipe closes without one, we have ended, and the watcher ends the process, if it is still the same
 * one, because ids are reused.
 */
const SCRIPT = `
trap '' TERM INT HUP
read -r word
[ "$word" = ${DISMISSED} ] && exit
is_meant() { { tr '\\0' ' ' <"/proc/$1/cmdline" || ps -o args= -p "$1"; } 2>/dev/null | grep -qF -- "$2"; }
is_meant "$1" "$2" && kill -TERM "$1"
waited=0
while [ $waited -lt ${GRACE_SECONDS} ] && is_meant "$1" "$2"; do sleep 1; waited=$((waited + 1)); done
is_meant "$1" "$2" && kill -KILL "$1"
`;

/**
 * Ends process `pid`, which has `mark` on its command line, when this process ends in any way, also by SIGKILL. For programs without a leash.
 * The watcher is a shell of 1 MB; on a machine without a shell, nobody watches. Returns a function that dismisses it once the process has exited.
 */
export function watch(pid: number, mark: string): () => void {
  const watcher = spawn('sh', ['-c', SCRIPT, 'watcher', String(pid), mark], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
    // Otherwise Ctrl-C in the terminal would end it before us.
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => void watcher.stdin.end(`${DISMISSED}\n`);
}
