export type StartFailureCode =
  | 'invalid_setting'
  | 'data_dir_not_writable'
  | 'data_dir_in_use'
  | 'port_in_use'
  | 'nats_server_missing'
  | 'nats_server_too_old'
  | 'nats_server_failed'
  | 'not_ready'
  | 'seed_failed';

/**
 * The stack cannot start, or cannot go on. `message` says to the person at the terminal what is wrong and what to change:
 * one sentence, or a line each for several wrong settings. `facts` holds the values that matter.
 */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  constructor(
    readonly code: StartFailureCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
