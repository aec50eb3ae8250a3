/** When a view that may lag reads the log again: at intervals, and as soon as somebody asks. */
export class Looks {
  #isAsked = false;
  #begin: () => void = () => {};

  constructor(private readonly lagMs: number) {}

  /** Asks for a look that begins after this call. */
  ask(): void {
    this.#isAsked = true;
    this.#begin();
  }

  /** See `SubscribeOptions.nextLook`. */
  readonly next = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', begin);
        this.#isAsked = false;
        this.#begin = () => {};
        resolve();
      };
      const timer = setTimeout(begin, this.lagMs);
      signal.addEventListener('abort', begin);
      this.#begin = begin;
      if (this.#isAsked || signal.aborted) begin();
    });
}
