/**
 * A command that breaks a rule. Sending it again cannot help: it is answered, or set aside, never retried.
 * `code` is one of a closed union, `message` tells the caller what to do, `facts` holds the values that matter.
 */
export class Refusal<Code extends string = string> extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: Code,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
