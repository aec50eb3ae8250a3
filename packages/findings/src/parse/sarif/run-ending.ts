import { RUN_PROBLEMS_MAX } from '../../limits.js';
import { isObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';

/** Of what a tool says itself, in a sentence about it. */
const SAID_CHARS_MAX = 300;

/** How the invocations of a run ended (SARIF 2.1.0 §3.20), and the errors that the tool met on its way (§3.58). */
export class RunEnding {
  /** What went wrong, as the rest of a sentence that begins with the run. */
  readonly problems: string[] = [];
  /** At least one invocation says that it succeeded, and nothing else is a problem. */
  get isSuccess(): boolean {
    return this.#succeeded && this.problems.length === 0;
  }
  #succeeded = false;

  /** A member of an invocation. An exit code says nothing: many tools leave with 1 when they have found something. */
  learn(member: string, value: unknown): void {
    switch (member) {
      case 'executionSuccessful':
        // Some tools write it as text.
        if (value === false || /^false$/i.test(textOf(value) ?? ''))
          this.#add('reports that the tool did not finish successfully. Results may be missing.');
        else this.#succeeded ||= value === true;
        return;
      case 'exitSignalName':
      case 'processStartFailureMessage':
        if (textOf(value) !== undefined) this.#add(`was terminated or could not start: ${said(value)}`);
        return;
      default:
        if (!isObject(value) || value.level !== 'error') return;
        this.#add(
          `met an error: ${said(isObject(value.message) ? value.message.text : '') || 'the tool gives no details.'}`,
        );
    }
  }

  #add(problem: string): void {
    if (this.problems.length < RUN_PROBLEMS_MAX && !this.problems.includes(problem)) this.problems.push(problem);
  }
}

const said = (value: unknown): string => oneLine(textOf(value) ?? '', SAID_CHARS_MAX);
