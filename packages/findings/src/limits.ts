import { EVENT_BYTES_MAX } from '@evidence/event-store';

/** One line: an attempt with long outputs, or a digest in one piece. 8 MiB. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;
/** A whole file, unless the caller says otherwise. 1 GiB. */
export const FILE_BYTES_MAX = 1024 * 1024 * 1024;
/** A digest laid out over many lines is held in memory until its end. In UTF-16 code units. */
export const DOCUMENT_CHARS_MAX = 16 * 1024 * 1024;
/** Probe and detector together; the contract's limit. */
export const RESULTS_MAX = 4000;
/** `ScanRecorded` is one event; what is left of the event store's limit is room for its metadata. */
export const SCAN_BYTES_MAX = EVENT_BYTES_MAX - 4096;
/** The contract's limits, in characters or items. */
export const NAME_CHARS_MAX = 512;
export const TAG_CHARS_MAX = 256;
export const TAGS_MAX = 64;
export const DISCREPANCIES_MAX = 1000;
export const EXCERPT_CHARS_MAX = 2000;
/** Further ones are only counted. */
export const WARNINGS_MAX = 100;
