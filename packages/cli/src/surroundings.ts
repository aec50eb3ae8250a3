import { userInfo } from 'node:os';

/** Everything a verb takes from its process, so that a test can substitute it. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
  /** Where a relative `DATA_DIR` starts, as it does for `npm start`. */
  readonly root: string;
}

const USER_CHARS_MAX = 64;

/** The operator, as the actor of the events that the command writes: `operator:<user of the operating system>`. */
export function operatorOf(userName: () => string = () => userInfo().username): string {
  return `operator:${
    nameOf(userName)
      .replaceAll(/[^\x21-\x7e]/g, '_')
      .slice(0, USER_CHARS_MAX) || 'unknown'
  }`;
}

/** A container may run under a user id without a name; that must not stop the operator. */
function nameOf(userName: () => string): string {
  try {
    return userName();
  } catch {
    return process.getuid ? `uid-${process.getuid()}` : '';
  }
}
