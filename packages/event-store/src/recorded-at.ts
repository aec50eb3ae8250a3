/** Kept, because many events in a row were recorded in the same second, and formatting an instant takes longer than comparing it. */
let last = { ms: Number.NaN, text: '' };

/**
 * When an event was recorded, in whole seconds. KurrentDB is more precise, but the client passes that on only to subscriptions: its reads, which
 * go through @kurrent/bridge (0.2.2, 2026-11), cut the milliseconds off. An event must look the same however it is read.
 */
export function recordedAtOf(ms: number): string {
  if (ms !== last.ms) last = { ms, text: `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}Z` };
  return last.text;
}
