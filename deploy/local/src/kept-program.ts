import { type Exit, type Program, type ProgramOptions, startProgram } from './program.js';

const FIRST_RESTART_DELAY_MS = 250;
const RESTART_DELAY_MAX_MS = 10_000;
/** A program that ran this long was healthy, so its next exit counts as the first again. */
const HEALTHY_AFTER_MS = 30_000;

export interface KeptProgramOptions extends ProgramOptions {
  /** Receives one line whenever the program exits by itself and will be restarted. */
  readonly say: (line: string) => void;
}

/** A program that is restarted whenever it exits, each time after a longer delay, until it is stopped. */
export class KeptProgram {
  #program: Program | undefined;
  #ended = 0;
  #wanted = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: KeptProgramOptions) {}

  get name(): string {
    return this.options.name;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  /** Absent while the program waits for its restart, and after a stop. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  start(): void {
    this.#wanted = true;
    const startedAtMs = performance.now();
    const program = startProgram(this.options);
    this.#program = program;
    void program.exited.then((exit) => {
      this.#program = undefined;
      if (this.#wanted) this.#startAgain(exit, performance.now() - startedAtMs);
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#program?.kill(signal);
  }

  /** Ends the program for good, see {@link Program.stop}. Returns whether it exited by itself. */
  async stop(deadlineMs: number): Promise<boolean> {
    this.#wanted = false;
    clearTimeout(this.#restart);
    return (await this.#program?.stop(deadlineMs)) ?? true;
  }

  #startAgain({ code, signal }: Exit, ranMs: number): void {
    this.#ended = ranMs >= HEALTHY_AFTER_MS ? 1 : this.#ended + 1;
    const delayMs = Math.min(FIRST_RESTART_DELAY_MS * 2 ** (this.#ended - 1), RESTART_DELAY_MAX_MS);
    const how = signal ?? (code === null ? 'it could not be started' : `exit code ${code}`);
    this.options.say(`${this.name} exited (${how}); restarting it in ${delayMs} ms. Log: ${this.logFile}`);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}
