import type { UnreadableEvent } from '@evidence/event-store';
import type { Surroundings } from './surroundings.js';

/** Unreadable events that a verb leaves out: counted and reported on standard error, so that nobody mistakes the rest for everything. */
export class LeftOut {
  #count = 0;

  /** `concerns`: whether the verb would have used the event. Default: every one. */
  constructor(private readonly concerns: (event: UnreadableEvent) => boolean = () => true) {}

  readonly onUnreadable = (event: UnreadableEvent): void => {
    if (this.concerns(event)) this.#count += 1;
  };

  tell({ stderr }: Pick<Surroundings, 'stderr'>): void {
    if (this.#count === 0) return;
    const which = this.#count === 1 ? '1 unreadable event was' : `${this.#count} unreadable events were`;
    stderr.write(`${which} left out: see evidence log check.\n`);
  }
}

/** Whether the event may belong to the tenant: it does, or its tenant is unknown. */
export const mayBeOf =
  (tenant: string | undefined) =>
  (event: UnreadableEvent): boolean =>
    tenant === undefined || event.tenant === undefined || event.tenant === tenant;
