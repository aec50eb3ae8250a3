import { RUN_PROBLEMS_MAX } from '../../limits.js';
import { sarifRunProblems } from '../../sentences/scans.js';
import { isObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';

/** The tool's own words, in a sentence. */
const SAID_CHARS_MAX = 300;

/** How the invocations of a run ended (SARIF 2.1.0 §3.20), and the errors that the tool reported (§3.58). */
export class RunEnding {
  /** Problems, each the rest of a sentence that begins with the run. */
  readonly problems: string[] = [];
  /** At least one invocation says that it succeeded, and there are no problems. */
  get isSuccess(): boolean {
    return this.#succeeded && this.problems.length === 0;
  }
  #succeeded = false;

  /** Reads a member of an invocation. Exit codes are ignored, because many tools exit with 1 if they found something. */
  learn(member: string, value: unknown): void {
    switch (member) {
      case 'executionSuccessful':
        // Some tools write it as text.
        if (value === false || /^false$/i.test(textOf(value) ?? '')) this.#add(sarifRunProblems.notSuccessful);
        else this.#succeeded ||= value === true;
        return;
      case 'exitSignalName':
      case 'processStartFailureMessage':
        if (textOf(value) !== undefined) this.#add(sarifRunProblems.terminated(said(value)));
        return;
      default:
        if (!isObject(value) || value.level !== 'error') return;
        this.#add(sarifRunProblems.error(said(isObject(value.message) ? value.message.text : '')));
    }
  }

  #add(problem: string): void {
    if (this.problems.length < RUN_PROBLEMS_MAX && !this.problems.includes(problem)) this.problems.push(problem);
  }
}

const said = (value: unknown): string => oneLine(textOf(value) ?? '', SAID_CHARS_MAX);
