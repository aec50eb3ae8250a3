import type { ValidateFunction } from 'ajv/dist/2020.js';

/**
 * The contracts of events by name (`ReportReady.v1`), without `additionalProperties: false`: only what a reader relies on. Compiled at build
 * time by readers.mjs.
 */
export const readers: ReadonlyMap<string, ValidateFunction>;
