import { Refusal } from '@evidence/decider';

/**
 * - `format_not_supported`: no importer for this format; choose another one.
 * - `format_unknown`: no importer recognises the file; name its format, if it is one of `allowed`.
 * - `format_ambiguous`: several do; name one of `allowed`.
 * - `not_this_format`: nothing in the file is of the format that was named; name the right one.
 * - `edition_unknown`: the edition that was stated is none; state one of `allowed`.
 * - `compressed`: unpack it first.
 * - `archive_too_large`: what a log's own archive holds passes a limit; split the log.
 * - `pass_rule_malformed`: write it as the message says.
 * - `option_not_supported`: the file's format has no use for something that was told; leave it out.
 * - `malformed`: it is not one whole JSON document, or no UTF-8 at all; export it again.
 * - `not_flawless`: something in it could not be used or contradicts itself, and `strict` was asked for.
 * - `line_too_long`, `too_large`, `too_many_results`: a limit was passed; split the scan.
 * - `unreadable`: the source broke off; send the file again, nothing was recorded.
 */
export type ImportRefusalCode =
  | 'format_not_supported'
  | 'format_unknown'
  | 'format_ambiguous'
  | 'not_this_format'
  | 'edition_unknown'
  | 'compressed'
  | 'archive_too_large'
  | 'pass_rule_malformed'
  | 'option_not_supported'
  | 'malformed'
  | 'not_flawless'
  | 'line_too_long'
  | 'too_large'
  | 'too_many_results'
  | 'unreadable';

/** A file that is not imported, and nothing of it. */
export class ImportRefusal extends Refusal<ImportRefusalCode> {}
