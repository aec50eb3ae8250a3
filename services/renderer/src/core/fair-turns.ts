/**
 * Decides whose turn it is when work waits for a few slots: the tenant with the least running, among equals the one whose last turn was longest ago;
 * within a tenant, first come first served. So one tenant delays another only by what it has running, not by what it has waiting.
 */
export class FairTurns<Item> {
  #waiting: { readonly tenant: string; readonly item: Item }[] = [];
  readonly #running = new Map<string, number>();
  /** The number of the last turn of each tenant that has work here. */
  readonly #lastTurn = new Map<string, number>();
  #turns = 0;
  #taken = 0;

  constructor(private readonly slots: number) {}

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  add(tenant: string, item: Item): void {
    this.#waiting.push({ tenant, item });
  }

  /** The work to start now, which takes a slot until `end`; undefined while no slot is free, or nothing waits. */
  next(): Item | undefined {
    if (this.#taken >= this.slots) return undefined;
    const [chosen] = this.#waiting.toSorted(
      (one, other) =>
        this.#runningOf(one.tenant) - this.#runningOf(other.tenant) ||
        (this.#lastTurn.get(one.tenant) ?? 0) - (this.#lastTurn.get(other.tenant) ?? 0),
    );
    if (!chosen) return undefined;
    const { tenant, item } = chosen;
    this.#waiting = this.#waiting.filter((one) => one !== chosen);
    this.#taken += 1;
    this.#turns += 1;
    this.#lastTurn.set(tenant, this.#turns);
    this.#running.set(tenant, this.#runningOf(tenant) + 1);
    return item;
  }

  /** Work of the tenant has ended. */
  end(tenant: string): void {
    this.#taken -= 1;
    this.#running.set(tenant, this.#runningOf(tenant) - 1);
    // A tenant without work here is forgotten, so that memory stays as small as the queue.
    if (this.#runningOf(tenant) > 0) return;
    this.#running.delete(tenant);
    if (!this.#waiting.some((one) => one.tenant === tenant)) this.#lastTurn.delete(tenant);
  }

  /** Removes everything that waits. */
  clear(): readonly Item[] {
    const items = this.#waiting.map(({ item }) => item);
    this.#waiting = [];
    return items;
  }

  #runningOf(tenant: string): number {
    return this.#running.get(tenant) ?? 0;
  }
}
