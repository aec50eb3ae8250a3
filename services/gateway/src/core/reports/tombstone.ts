import type { Report, ReportExpired, ReportReady } from '@evidence/contracts';

export type Tombstone = NonNullable<Report['tombstone']>;

/** What clients see of a pruned report; `path` is its path. Null: it expired before tombstones were recorded. */
export function tombstoneOf({ expiredAt, tombstone }: ReportExpired, path: string): Tombstone | null {
  if (!tombstone) return null;
  const { reason, dueAt, retention, artifact, attestation, contentSha256, totals, dataAsOf, rules } = tombstone;
  return {
    expired_at: expiredAt,
    due_at: dueAt,
    reason,
    retention: retention
      ? { seconds: retention.seconds, basis: retention.basis, event_id: retention.eventId ?? null }
      : null,
    artifact: artifactOf(artifact, contentSha256),
    attestation_sha256: attestation.sha256,
    totals: { findings: totals.findings, total_open: totals.totalOpen },
    regenerate: { path: `${path}/regenerate`, data_as_of: dataAsOf, rules },
  };
}

/** The artifact as clients see it, even if it no longer exists. */
export const artifactOf = (
  { sha256, sizeBytes, mediaType }: ReportReady['artifact'],
  contentSha256: string | undefined,
): Tombstone['artifact'] => ({
  sha256,
  size_bytes: sizeBytes,
  media_type: mediaType,
  content_sha256: contentSha256 ?? null,
});
