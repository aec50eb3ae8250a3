/**
 * When an event was recorded, to the second. KurrentDB knows more, but the client tells it only to subscriptions: its
 * reads, which go through @kurrent/bridge (0.2.2, 2026-11), cut the milliseconds off. An event must look the same
 * however it is read.
 */
export const recordedAtOf = (instant: Date): string => instant.toISOString().replace(/\.\d{3}Z$/, 'Z');
