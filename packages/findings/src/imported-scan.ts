import type { FindingRecorded, ScanRecorded, UnreadMember } from '@evidence/contracts';
import type { ImportWarning } from './parsed-scan.js';

/**
 * A scan as it is to be recorded: `scan.counts` says what happens when nothing of it was recorded before. `findings` can be read again;
 * those of a large scan lie in a temporary file until they are disposed of (`await using`).
 */
export interface ImportedScan extends AsyncDisposable {
  readonly scan: ScanRecorded;
  /** As they are recorded when nothing of them was seen before. */
  readonly findings: AsyncIterable<FindingRecorded>;
  readonly warnings: readonly ImportWarning[];
  readonly unreadMembers: readonly UnreadMember[];
  /** What a scan has to run to test what `finding` shows; undefined: the very same test. */
  testIdOf(finding: FindingRecorded): string | undefined;
  /** Of the rows, where copies of the run may not name it (`ParsedScan.rowsSha256`). */
  readonly rowsSha256: string | undefined;
  /** Ids of the tests, and of the findings that are their own test, that passed. Can be read again. */
  passed(): AsyncIterable<string>;
}
