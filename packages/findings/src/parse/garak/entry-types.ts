/** Entries about a run that are not results (garak 0.9 to 0.17, checked in November 2026). */
export const TYPES_WITHOUT_RESULTS: ReadonlySet<unknown> = new Set([
  'config',
  'payload_init',
  'plugin_cache',
  'tree_data',
]);
/** Written at the end of a run. */
export const TYPES_OF_THE_END: ReadonlySet<unknown> = new Set(['completion', 'completed']);
/** Entries of the early-stopping harness in forks of garak, which skips prompts for which an attack has already succeeded. */
export const TYPES_OF_EARLY_STOPS: ReadonlySet<unknown> = new Set(['harness_summary', 'harness_stub_summary']);
