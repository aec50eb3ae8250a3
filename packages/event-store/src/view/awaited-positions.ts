import type { Position } from '../port.js';

interface Waiting {
  readonly position: Position;
  readonly arrive: () => void;
}

/** Those who wait until a view is at a position. */
export class AwaitedPositions {
  readonly #waiting = new Set<Waiting>();

  /** Resolves when the view is at `position` or has ended, after `timeoutMs` at the latest. A waiter is woken once, not at every change. */
  arrivalAt(position: Position, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const arrive = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve();
      };
      const timer = setTimeout(arrive, timeoutMs);
      const waiting = { position, arrive };
      this.#waiting.add(waiting);
    });
  }

  /** Whether somebody waits for a position up to `last`. */
  includes(last: Position | undefined): boolean {
    if (last !== undefined) for (const { position } of this.#waiting) if (position <= last) return true;
    return false;
  }

  /** Wakes those who wait for a position up to `last`. */
  arriveUpTo(last: Position | undefined): void {
    if (last === undefined) return;
    for (const { position, arrive } of [...this.#waiting]) if (position <= last) arrive();
  }

  arriveAll(): void {
    for (const { arrive } of [...this.#waiting]) arrive();
  }
}
