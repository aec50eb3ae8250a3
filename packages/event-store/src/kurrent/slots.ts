/** Limits how much work runs at a time; the rest waits, first come first served. */
export class Slots {
  readonly #count: number;
  readonly #waiting: { readonly count: number; readonly begin: () => void }[] = [];
  #free: number;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Runs `work` once `count` slots are free; work that needs more slots than exist gets them all. */
  async run<T>(count: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(count, this.#count);
    await this.#take(taken);
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#beginWaiting();
    }
  }

  #take(count: number): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.push({ count, begin });
      this.#beginWaiting();
    });
  }

  #beginWaiting(): void {
    for (let next = this.#waiting[0]; next && next.count <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.count;
      next.begin();
    }
  }
}
