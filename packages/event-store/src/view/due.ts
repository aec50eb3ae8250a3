/** Runs something once, after the shortest of the times that were asked for since it last ran or was cancelled. */
export class Due {
  #ms = Number.POSITIVE_INFINITY;
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(private readonly run: () => void) {}

  /** 0: as soon as the callbacks of this turn of the event loop have run. */
  after(ms: number): void {
    if (ms >= this.#ms) return;
    this.cancel();
    this.#ms = ms;
    const run = () => {
      this.cancel();
      this.run();
    };
    if (ms > 0) this.#timeout = setTimeout(run, ms);
    else this.#immediate = setImmediate(run);
  }

  cancel(): void {
    this.#ms = Number.POSITIVE_INFINITY;
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
  }
}
