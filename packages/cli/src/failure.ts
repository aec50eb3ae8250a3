/** Part of the command's contract, so that a script need not parse the text. `verify` has its own, see @evidence/verify. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/** Ends the command, with an exit code and one sentence for standard error that says what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;
  constructor(message: string, { exitCode = EXIT.failure, ...options }: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong. */
export const usageFailure = (message: string, options?: ErrorOptions): CommandFailure =>
  new CommandFailure(message, { ...options, exitCode: EXIT.usage });
