import { CodedError } from './coded-error.js';

/** A command that breaks a rule. Sending it again cannot help: it is reported to the caller, or parked, but never retried. */
export class Refusal<Code extends string = string> extends CodedError<Code> {
  override readonly name = 'Refusal';
}
