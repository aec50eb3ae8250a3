// Why a whole file is refused, and what to do about it: the text of refusals (`ImportRefusal`).

const unpack = (method: string): string => `The file is compressed with ${method}. Decompress it and send the content.`;
const UTF_16 = 'The file is encoded in UTF-16. Save it as UTF-8.';

/** The bytes of the file. */
export const fileSays = {
  gzip: unpack('gzip'),
  bzip2: unpack('bzip2'),
  xz: unpack('xz'),
  zstd: unpack('zstd'),
  zip: 'The file is a zip archive. Extract it and send the content.',
  emptyZip: 'The file is an empty zip archive. Export the scan again.',
  utf16: UTF_16,
  office: 'The file is an Office document (Word, Excel or PowerPoint). Send the file that the scanner wrote.',
  unreadable: 'The file could not be read to the end. Nothing was recorded. Send it again.',
  tooLarge: (bytesMax: number) => `The file exceeds the limit of ${bytesMax} bytes. Split the scan.`,
  lineTooLong: (line: number, bytesMax: number) => `Line ${line} exceeds the limit of ${bytesMax} bytes.`,
} as const;

/** A JSON document. */
export const documentSays = {
  notJson: 'The file is not a JSON object or array. Nothing was recorded. Export it as JSON.',
  /** `what`: one of `documentIs`. `path`: empty at the beginning of the document. */
  malformed: (what: string, from: number, to: number, path: string) => {
    const lines = from === to ? `line ${from}` : `lines ${from} to ${to}`;
    const place = path === '' ? '' : `, at or after ${path}`;
    return `The file ${what} (${lines}${place}). Nothing was recorded. Export the file again.`;
  },
} as const;

export const documentIs = {
  invalid: 'is not valid JSON',
  cutOff: 'ends before the JSON is complete',
  tooDeep: (levelsMax: number) => `is nested more than ${levelsMax} levels deep`,
} as const;

const SPLIT_BY_PROBE = 'Split the scan by probe.';

/** A scan with more results than can be recorded. */
export const tooManySays = {
  findings: (max: number) => `The file has more than ${max} findings. Split the scan.`,
  probes: (max: number) => `The file has more than ${max} probe and detector pairs. ${SPLIT_BY_PROBE}`,
  taggedProbes: (max: number) => `The file has more than ${max} probes with different tags. ${SPLIT_BY_PROBE}`,
  forOneRecord: `The results of this scan do not fit into one record. ${SPLIT_BY_PROBE}`,
  runs: (max: number) => `The file has more than ${max} runs. Split it.`,
  rules: (max: number) => `A run has more than ${max} rules. Split the file.`,
  taggedRules: (max: number) =>
    `A run has results for more than ${max} rules, counting a rule once for each set of tags. Split the file.`,
} as const;

/** An Inspect AI log as a zip archive (`.eval`). */
export const archiveSays = {
  notALog: (header: string, start: string, entries: string) =>
    `The zip archive is not an Inspect AI log. It has neither ${header} nor ${start}, only: ${entries}.`,
  /** `others`: how many entries are not in `names`. */
  entries: (names: readonly string[], others: number) =>
    `${names.join(', ') || 'no entries'}${others > 0 ? ` and ${others} others` : ''}`,
  cannotUnpack: (method: number) =>
    `The archive is encrypted or uses a compression method (${method}) that is not supported. Convert the log to JSON with \`inspect log convert --to json\`.`,
  corrupt: (why: string) => `The zip archive is corrupt (${why}). Nothing was recorded. Export it again.`,
  otherSize: (entry: string) => `${entry} does not have the size that the archive states`,
  tooManyEntries: (max: number) => `The archive has more than ${max} entries. Split the log.`,
  entryTooLarge: (bytes: number) => `The archive has an entry of ${bytes} bytes. Split the log.`,
  expandsTooMuch: 'The archive expands to more than a log may have. Split the log.',
} as const;
