import type { EventLog, LogEvent } from '@evidence/event-store/log';
import {
  openViewFile,
  type Projection,
  type ProjectionOptions,
  startProjection,
  type ViewFile,
  type ViewFileOptions,
} from '@evidence/event-store/view';
import type { Logger, ProcessScope } from '@evidence/runtime';
import { tellOtherLog } from './other-log.js';

/** A view of the log in its own file, and the projection that keeps it up to date. */
export interface FollowedView {
  readonly file: ViewFile;
  readonly projection: Projection;
}

type Following = Pick<ProjectionOptions<LogEvent>, 'filter' | 'awaitedTypes' | 'lagMs' | 'apply' | 'applyUnreadable'>;

interface FollowingScope extends Pick<ProcessScope, 'onShutdown'> {
  readonly store: EventLog;
  readonly logger: Pick<Logger, 'warn'>;
  endWith(failed: Promise<unknown>): void;
}

/**
 * Opens the view `name` and keeps it up to date with the log until the service ends. If that becomes impossible, the process ends. Throws
 * as `openViewFile` does.
 */
export function followView(
  { store, logger, onShutdown, endWith }: FollowingScope,
  name: string,
  { filter, awaitedTypes, lagMs, apply, applyUnreadable, ...kept }: ViewFileOptions & Following,
): FollowedView {
  const file = openViewFile(kept);
  onShutdown(() => file.close());
  const projection = startProjection({
    name,
    store,
    view: file,
    apply,
    ...(filter && { filter }),
    ...(awaitedTypes && { awaitedTypes }),
    ...(lagMs && { lagMs }),
    ...(applyUnreadable && { applyUnreadable }),
    onOtherLog: tellOtherLog(name, logger),
  });
  onShutdown(() => projection.stop());
  endWith(projection.failed);
  return { file, projection };
}
