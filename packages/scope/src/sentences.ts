// Sentences of a scope: one that reports print, and the contradictions in the evidence that keep a scope from being made.

/** The reason of a decision if the file states none. */
export const CLOSED_IN_FILE = 'The imported file closes it and gives no reason.';

const rebuild = 'rebuild the view of the log.';

export const evidenceSays = {
  otherCount: (matching: number, read: number) =>
    `${matching} findings match the scope, but ${read} were read: ${rebuild}`,
  outOfOrder: (findingId: string, previousId: string) => `Finding ${findingId} comes after ${previousId}: ${rebuild}`,
  noScan: (findingId: string, scanId: string) =>
    `Finding ${findingId} names scan ${scanId}, which is not in the log that was read.`,
  noDecision: (findingId: string, status: string) =>
    `Finding ${findingId} is ${status}, but there is no decision: ${rebuild}`,
} as const;
