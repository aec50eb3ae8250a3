// Sentences about recording: discrepancies of an import, reasons of a change of status, and refusals of one.

export const importSays = {
  /** Completes the earlier import: `sameRun` or `sameRows`. */
  earlierCounts: (earlier: string) => `${earlier}; the earlier import counts`,
  thisReplaces: (earlier: string) => `${earlier}; this file replaces it`,
  bothCount: (earlier: string) => `${earlier}; each has results that the other lacks, so both count`,
  sameRun: (runId: string, kind: string, scanId: string) =>
    `run ${runId} was imported before as a ${kind} (scan ${scanId})`,
  sameRows: (scanId: string) => `the same rows were imported before (scan ${scanId})`,
  readOtherwise:
    'refs: this file was imported before, and its tags were read differently (without the edition stated now, or with an older tag table). The recorded refs are unchanged. To correct them, state the edition when you import the next scan of this endpoint, which rereads the tags of every finding that it sees again',
} as const;

export const statusSays = {
  seenAgain: (scanId: string, ranAt: string) => `Scan ${scanId}, which ran at ${ranAt}, found it again.`,
  notSeen: (scans: number) =>
    `${scans} ${scans === 1 ? 'scan' : 'scans in a row'} tested it and did not find it, so the tenant’s policy resolved it.`,
  unknown: (allowed: readonly string[]) => `Unknown status. Use one of: ${allowed.join(', ')}.`,
  reasonTooLong: (charsMax: number) => `The reason is too long. It may have at most ${charsMax} characters.`,
} as const;
