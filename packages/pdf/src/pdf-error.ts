/**
 * - `queue_full`: more renders wait than the limit allows. Apply back-pressure: try again after a while.
 * - `deadline_exceeded`: the render did not end in time and was stopped. Raise the deadline or narrow the report.
 * - `too_many_findings`: the layout would not fit into memory. Narrow the report or ask for JSON.
 * - `template_too_large`: with this report the template says more than can be typeset. Narrow the report or show less of each item.
 * - `template_invalid`: the template breaks its contract, at the pointer in the facts. Mend the template.
 * - `render_failed`: this report cannot be typeset; trying again gives the same answer.
 * - `worker_lost`: the thread died, for want of memory or by a fault; the next render starts a new one.
 * - `worker_closed`: the worker was closed, by its owner.
 */
export type PdfErrorCode =
  | 'queue_full'
  | 'deadline_exceeded'
  | 'too_many_findings'
  | 'template_too_large'
  | 'template_invalid'
  | 'render_failed'
  | 'worker_lost'
  | 'worker_closed';

/** Why there is no PDF. `facts` holds the values that matter, e.g. the limit that was met. */
export class PdfError extends Error {
  override readonly name = 'PdfError';
  constructor(
    readonly code: PdfErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
