/**
 * - `template_invalid`: the template breaks its contract, at the pointer in the facts. Correct the template.
 * - `template_too_large`: the template with this report is too large to typeset. Narrow the report or show less of each item.
 * - `render_failed`: this report cannot be typeset; a retry gives the same result.
 */
export type PdfErrorCode = 'template_invalid' | 'template_too_large' | 'render_failed';

/** Why there is no PDF. `facts` holds the values that matter, e.g. the limit that was met. */
export class PdfError extends Error {
  override readonly name = 'PdfError';
  readonly retryable = false;
  constructor(
    readonly code: PdfErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
