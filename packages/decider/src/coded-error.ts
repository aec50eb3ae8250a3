/**
 * An error that a program can distinguish from others. `code` is from a closed union, `message` says what to do, `facts` holds the values that
 * matter. `retryable`: the same call may succeed later.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  readonly retryable: boolean = false;
  constructor(
    readonly code: Code,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
