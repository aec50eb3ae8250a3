import { Refusal } from '@evidence/decider';

/**
 * - `format_not_supported`: there is no importer for this format; choose another one.
 * - `format_unknown`: no importer recognises the file; name its format, if it is one of `allowed`.
 * - `format_ambiguous`: several importers recognise the file; name one of `allowed`.
 * - `not_this_format`: nothing in the file has the format that was named; name the right one.
 * - `edition_unknown`: the stated edition does not exist; state one of `allowed`.
 * - `compressed`: the file is packed; unpack it first.
 * - `archive_too_large`: the contents of a packed log exceed a limit; split the log.
 * - `pass_rule_malformed`: write the rule as the message says.
 * - `option_not_supported`: an option does not apply to the file's format; leave it out.
 * - `malformed`: the file is not one complete JSON document, or not UTF-8; export it again.
 * - `not_flawless`: something in the file could not be used or contradicts itself, and `strict` was requested.
 * - `line_too_long`, `too_large`, `too_many_results`: a limit was exceeded; split the scan.
 * - `unreadable`: the source broke off and nothing was recorded; send the file again.
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

/** The file is not imported, not even in part. The sentences are in `sentences/`. */
export class ImportRefusal extends Refusal<ImportRefusalCode> {}
