import type { TenantPolicy } from './tenant-policy.js';

/** The end of a report's retention, RFC 3339 in UTC with milliseconds, fixed at the instant it becomes ready. */
export function expiresAtOf({
  readyAt,
  policy,
  defaultRetentionSeconds,
}: {
  /** RFC 3339. */
  readonly readyAt: string;
  readonly policy: Pick<TenantPolicy, 'retentionSeconds'>;
  /** Of the installation, for tenants that set none. */
  readonly defaultRetentionSeconds: number;
}): string {
  const retentionSeconds = policy.retentionSeconds ?? defaultRetentionSeconds;
  return new Date(Date.parse(readyAt) + retentionSeconds * 1_000).toISOString();
}

/** Whether a report must be pruned: from the very instant of `expiresAt` on, unless a legal hold stands. */
export function isDue({
  expiresAt,
  held,
  now,
}: {
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly held: boolean;
  readonly now: Date;
}): boolean {
  return !held && Date.parse(expiresAt) <= now.getTime();
}
