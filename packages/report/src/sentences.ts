// Why a report fails, or has to wait, because of its history or its snapshots.

export const historySays = {
  unreadable: (position: bigint) =>
    `The report would be incomplete: the event at position ${position} of the log cannot be read. The operator can print it with: evidence log show ${position}`,
} as const;

export const snapshotSays = {
  lost: (sha256: string) =>
    `The snapshot ${sha256} is gone or damaged; the stage that stored it rebuilds it from the log.`,
  notReproducible: (sha256: string, made: string) =>
    `The snapshot ${sha256} is lost, and the log now gives a different one, ${made}: restore it from a backup, or request the report again.`,
} as const;
