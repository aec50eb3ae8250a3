import type { OtherLogError } from '@evidence/event-store';
import type { Projection } from '@evidence/event-store/view';
import type { Logger } from '@evidence/runtime';

/** The warning for an operator when a view was built from events that the log does not have. */
const otherLogSentence = (view: string, error: OtherLogError): string =>
  `The view ${view} was built from a newer log or from another one. ${error.message} It is being rebuilt from the current log. To get a newer log back, stop the system and run evidence restore <folder>.`;

/** Logs the warning once, when it happens. */
export const tellOtherLog =
  (view: string, logger: Pick<Logger, 'warn'>) =>
  (error: OtherLogError): void =>
    logger.warn({ position: String(error.mark.position), eventId: error.mark.id }, otherLogSentence(view, error));

/** For as long as the process lives, by a name that alerts can use. */
export const otherLogWarnings = (
  views: Readonly<Record<string, { readonly projection: Pick<Projection, 'otherLog'> }>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(views).flatMap(([view, { projection }]) => {
      const error = projection.otherLog();
      return error ? [[`other_log_view_${view}`, otherLogSentence(view, error)]] : [];
    }),
  );
