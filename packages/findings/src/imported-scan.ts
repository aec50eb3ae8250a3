import type { FindingRecorded, ScanRecorded, UnreadMember } from '@evidence/contracts';
import type { LongList } from './long-list.js';
import type { ImportWarning } from './parsed-scan.js';

/**
 * A scan, ready to be recorded: `scan.counts` says what is recorded if nothing of it was recorded before. `findings` can be read again;
 * those of a large scan are in a temporary file until the scan is disposed of (`await using`).
 */
export interface ImportedScan extends AsyncDisposable {
  readonly scan: ScanRecorded;
  /** As they are recorded if none of their weaknesses was seen before. */
  readonly findings: LongList<FindingRecorded>;
  readonly warnings: readonly ImportWarning[];
  readonly unreadMembers: readonly UnreadMember[];
  /** The test that a scan has to run to test the weakness of `finding`; undefined: the very same test. */
  testIdOf(finding: FindingRecorded): string | undefined;
  /** The digest of the rows, for formats in which a copy may not name its run (`ParsedScan.rowsSha256`). */
  readonly rowsSha256: string | undefined;
  /** Ids of the tests that passed, and of the findings that are their own test and passed. Can be read again. */
  passed(): AsyncIterable<string>;
}
