/** The format of the log's file that this release writes, and the oldest that it reads. The file keeps it as SQLite's `user_version`. */
export const FORMAT_VERSION = 4;
export const OLDEST_FORMAT = 1;
