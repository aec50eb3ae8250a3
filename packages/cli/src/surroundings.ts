import { userInfo } from 'node:os';

/** Everything a verb takes from its process, so that a test can give it other. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
}

const USER_CHARS_MAX = 64;

/** The operator, as the actor of what the command writes: `operator:<user of the operating system>`. */
export function operatorOf(userName: () => string = () => userInfo().username): string {
  return `operator:${
    nameOf(userName)
      .replaceAll(/[^\x21-\x7e]/g, '_')
      .slice(0, USER_CHARS_MAX) || 'unknown'
  }`;
}

/** A container may run under a user id that has no name; that must not stop the operator. */
function nameOf(userName: () => string): string {
  try {
    return userName();
  } catch {
    return process.getuid ? `uid-${process.getuid()}` : '';
  }
}

/** Where the system of this machine is, as its variables say it (`EVENT_STORE_PORT=2114 npm start`). */
export const eventStoreUrl = ({ EVENT_STORE_URL, EVENT_STORE_PORT }: NodeJS.ProcessEnv): string =>
  EVENT_STORE_URL || `kurrentdb://127.0.0.1:${EVENT_STORE_PORT || 2113}?tls=false`;

export const natsUrl = ({ NATS_URL, NATS_PORT }: NodeJS.ProcessEnv): string =>
  NATS_URL || `nats://127.0.0.1:${NATS_PORT || 4222}`;

/** A server's URL as it may be shown. */
export const withoutPassword = (url: string): string => url.replaceAll(/\/\/[^/@,]*@/g, '//…@');
