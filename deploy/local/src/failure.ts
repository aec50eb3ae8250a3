import { CodedError } from '@evidence/decider';

export type StartFailureCode =
  | 'invalid_setting'
  | 'data_dir_not_writable'
  | 'data_dir_in_use'
  | 'disk_full'
  | 'port_in_use'
  | 'nats_server_missing'
  | 'nats_server_too_old'
  | 'nats_server_failed'
  | 'not_ready'
  | 'seed_failed';

/**
 * The stack cannot start or continue. `message` tells the person at the terminal what is wrong and what to change: one sentence, or one line
 * for each wrong setting. `facts` holds the values that matter.
 */
export class StartFailure extends CodedError<StartFailureCode> {
  override readonly name = 'StartFailure';
}

/** The reason why a start failed: a full disk as one sentence, whichever part hit it first; anything else unchanged. */
export function startFailureOf(cause: unknown, dataDir: string): unknown {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') return cause;
  const message = `The disk of the data folder ${dataDir} is full: free some space, and start again.`;
  return new StartFailure('disk_full', message, { dataDir }, { cause });
}
