import type { ViewFile } from '@evidence/event-store/view';

/** How many unreadable events of the log each view leaves out, by the view's name. */
export type Quarantined = () => Readonly<Record<string, number>>;

/** Counts the events that these views leave out. */
export const quarantinedIn =
  (views: Readonly<Record<string, { readonly file: Pick<ViewFile, 'quarantine'> }>>): Quarantined =>
  () =>
    Object.fromEntries(Object.entries(views).map(([view, { file }]) => [view, file.quarantine.count()]));

/** Warnings about a service that keeps working: one sentence for each view that lacks events. */
export const quarantineWarnings = (quarantined: Quarantined): string[] =>
  Object.entries(quarantined())
    .filter(([, events]) => events > 0)
    .map(
      ([view, events]) =>
        `The view ${view} skips unreadable events of the log (${events}): list them with evidence log check.`,
    );
