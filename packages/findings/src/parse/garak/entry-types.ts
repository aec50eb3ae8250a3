/** What garak writes that is about a run and no result of it (0.9 to 0.17, checked in November 2026). */
export const TYPES_WITHOUT_RESULTS: ReadonlySet<unknown> = new Set([
  'config',
  'payload_init',
  'plugin_cache',
  'tree_data',
]);
/** Written at the end of a run. */
export const TYPES_OF_THE_END: ReadonlySet<unknown> = new Set(['completion', 'completed']);
/** Of the early-stopping harness in forks of garak: it leaves out the prompts for which an attack has got through already. */
export const TYPES_OF_EARLY_STOPS: ReadonlySet<unknown> = new Set(['harness_summary', 'harness_stub_summary']);
