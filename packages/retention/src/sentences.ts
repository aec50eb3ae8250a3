// Why a change of a tenant's policy is refused, and what to do instead.

export const policySays = {
  quota: (max: number) =>
    `A quota must be a whole number from 0 (no limit) to ${max}, or null for the installation's default.`,
  retention: (min: number, max: number) =>
    `Retention must be a whole number of seconds from ${min} to ${max} (36,500 days).`,
  belowFloor: (floorSeconds: number) =>
    `The retention floor of this tenant is ${floorSeconds} s. Set a retention that is at least as long, or lower the floor first.`,
  floor: (max: number) => `A floor must be a whole number of seconds from 0 (none) to ${max} (36,500 days).`,
  pruned: (reportId: string, prunedAt: string) =>
    `${reportId} was pruned at ${prunedAt}, so a hold would have no effect. Regenerate the report and place a hold on the new one.`,
  cleanScans: (max: number) =>
    `The number of scans after which weaknesses are resolved must be a whole number from 1 to ${max}, or never.`,
  /** `what`: "A floor" or "A hold". */
  reason: (what: string, charsMax: number) =>
    `${what} needs a reason of 1 to ${charsMax} characters, because someone will have to judge it later.`,
} as const;
