/**
 * When an event was recorded, in whole seconds. KurrentDB is more precise, but the client passes that on only to subscriptions: its reads, which
 * go through @kurrent/bridge (0.2.2, 2026-11), cut the milliseconds off. An event must look the same however it is read.
 */
export const recordedAtOf = (instant: Date): string => `${instant.toISOString().slice(0, -'.000Z'.length)}Z`;
