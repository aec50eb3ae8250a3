import { isListening, type Program, type ProgramOptions, startProgram, until } from '@evidence/local';

const START_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 10_000;

interface Storage {
  /** Deletes what the server has stored. */
  readonly wipe: () => Promise<void>;
  /** Deletes the server's whole folder. */
  readonly remove: () => Promise<void>;
}

/** A real server on its own port, which tests may stop, kill and restart with its data. */
export class TestServer implements AsyncDisposable {
  #program: Program | undefined;

  constructor(
    readonly url: string,
    readonly port: number,
    private readonly options: ProgramOptions,
    private readonly storage: Storage,
  ) {}

  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** Starts or restarts it, and waits until it accepts connections. */
  async start(): Promise<void> {
    const lines: string[] = [];
    const program = startProgram({ ...this.options, onLine: (line) => lines.push(line) });
    this.#program = program;
    let hasEnded = false;
    void program.exited.then(() => {
      hasEnded = true;
    });
    await until(async () => hasEnded || (await isListening(this.port)), { timeoutMs: START_DEADLINE_MS });
    if (hasEnded || !(await isListening(this.port))) {
      throw new Error(`${program.name} did not start on port ${this.port}:\n${lines.slice(-10).join('\n')}`);
    }
  }

  /** Stops it and waits. Its data remain. */
  async stop(): Promise<void> {
    await this.#program?.stop(STOP_DEADLINE_MS);
    this.#program = undefined;
  }

  /** Ends it like a crash. Its data remain. */
  async kill(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.exited;
    this.#program = undefined;
  }

  /** Stops it and deletes its data; {@link start} then begins with nothing. */
  async wipe(): Promise<void> {
    await this.stop();
    await this.storage.wipe();
  }

  /** Stops it for good and leaves nothing behind: `onTestFinished(server.dispose)`, or `await using`. */
  readonly dispose = async (): Promise<void> => {
    await this.stop();
    await this.storage.remove();
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
