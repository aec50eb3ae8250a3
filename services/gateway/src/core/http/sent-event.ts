import type { ProgressNews } from '../reports/report-progress.js';

/** How long a disconnected client waits before it reconnects. */
const RECONNECT_AFTER_MS = 1_000;

// Server-sent events (WHATWG HTML §9.2.5).
export const RECONNECT = `retry: ${RECONNECT_AFTER_MS}\n\n`;
/** A comment, so that proxies do not consider the connection dead. */
export const HEARTBEAT = ': still there\n\n';

/** Only steps have an id, so a client that reconnects continues after the last step. */
export const sentEventOf = ({ revision, progress }: ProgressNews): string =>
  `${revision === undefined ? '' : `id: ${revision}\n`}event: progress\ndata: ${JSON.stringify(progress)}\n\n`;
