import { EVENT_BYTES_MAX } from '@evidence/event-store';

/** One line, such as an attempt with long outputs or a whole digest. 8 MiB. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;
/** A whole file, unless the caller says otherwise. 1 GiB. */
export const FILE_BYTES_MAX = 1024 * 1024 * 1024;
/** A digest laid out over many lines is held in memory until its end. In UTF-16 code units. */
export const DOCUMENT_CHARS_MAX = 16 * 1024 * 1024;
/** Probe and detector pairs; the contract's limit. */
export const RESULTS_MAX = 4000;
/** `ScanRecorded` is one event; the rest of the event store's limit is for its metadata. */
export const SCAN_BYTES_MAX = EVENT_BYTES_MAX - 4096;
/** The contract's limits, in characters or items. */
export const NAME_CHARS_MAX = 512;
export const TAG_CHARS_MAX = 256;
export const TAGS_MAX = 64;
/** Tags of one row; scanners give about a dozen. Further ones are only counted. */
export const TAGS_LOOKED_AT_MAX = 1000;
export const DISCREPANCIES_MAX = 1000;
export const EXCERPT_CHARS_MAX = 2000;
/** Further ones are dropped. */
export const WARNINGS_MAX = 100;
/** One warning; the contract's limit. */
export const WARNING_CHARS_MAX = 2000;
/** Tags without a control in the result of an import; the contract's limit. */
export const UNRESOLVED_TOLD_MAX = 100;
/** The subject of a discrepancy; the contract's limit. */
export const SUBJECT_CHARS_MAX = 512;
/** A known tag as the scanner wrote it; the contract's limit. */
export const NATIVE_CHARS_MAX = 128;
/** Reasons why a run counts as failed; the contract's limit. */
export const RUN_PROBLEMS_MAX = 20;
export const TITLE_CHARS_MAX = 500;
export const SEVERITY_ORIGINAL_CHARS_MAX = 128;
/** Findings of one scan: their ids go into one append (`ScanCompared`), at 33 bytes each, and stay in memory until then. */
export const FINDINGS_MAX = 400_000;
/** Passed tests whose identity an import keeps. A weakness that only further ones show to be gone does not count as gone. */
export const PASSED_MAX = 4_000_000;

/** A larger chunk of the source is passed on in pieces of this size, because all of a chunk is in memory at once. 64 KiB. */
export const CHUNK_BYTES_MAX = 64 * 1024;
/** The part of a file that its format is detected from. 16 KiB. */
export const HEAD_BYTES = 16 * 1024;
/** Nesting of a JSON document, or of a line; SARIF itself needs about 20. */
export const DEPTH_MAX = 128;
/** One string of a row: longer than any excerpt. Longer ones are cut. In UTF-16 code units. */
export const STRING_CHARS_MAX = 16 * 1024;
export const KEY_CHARS_MAX = 512;
/** One row with all its strings. The rest is left out, with a warning. In UTF-16 code units. */
export const PICK_CHARS_MAX = 1024 * 1024;
export const PICK_VALUES_MAX = 20_000;
/** A tool's name, and its version; the contract's limit. */
export const TOOL_CHARS_MAX = 64;
/** A sentence about a run that failed; the contract's limit. */
export const PROBLEM_CHARS_MAX = 500;
/** The contract's limits for the id of a run, and for targets. */
export const RUN_ID_CHARS_MAX = 256;
export const TARGETS_MAX = 64;
export const TARGET_NAME_CHARS_MAX = 256;
export const TARGET_PART_CHARS_MAX = 128;
