/**
 * - `template_invalid`: the template breaks its contract, at the pointer in the facts. Mend the template.
 * - `template_too_large`: with this report the template says more than can be typeset. Narrow the report or show less of each item.
 * - `render_failed`: this report cannot be typeset; trying again gives the same answer.
 */
export type PdfErrorCode = 'template_invalid' | 'template_too_large' | 'render_failed';

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
