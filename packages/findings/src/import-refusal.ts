import { Refusal } from '@evidence/decider';

/**
 * - `format_not_supported`: no importer for this format; choose another one.
 * - `not_this_format`: nothing in the file is of the format that was named; name the right one.
 * - `line_too_long`, `too_large`, `too_many_results`: a limit was passed; split the scan.
 * - `unreadable`: the source broke off; send the file again, nothing was recorded.
 */
export type ImportRefusalCode =
  | 'format_not_supported'
  | 'not_this_format'
  | 'line_too_long'
  | 'too_large'
  | 'too_many_results'
  | 'unreadable';

/** A file that is not imported, and nothing of it. */
export class ImportRefusal extends Refusal<ImportRefusalCode> {}
