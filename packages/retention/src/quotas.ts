/** How much a tenant may use. 0: no limit. */
export interface Quotas {
  /** Recorded findings. Every observation of a weakness counts, because each one is kept. */
  readonly findings: number;
  /** Bytes that its reports store until they expire: artifacts, attestations and snapshots. */
  readonly artifactBytes: number;
  /** Reports that are queued or running. */
  readonly queuedReports: number;
}

export type QuotaName = keyof Quotas;

/** Far above any disk, and exact in a double. */
export const QUOTA_MAX = 1_000_000_000_000_000;

/** A tenant's own quotas; null: the installation's default. */
export type OwnQuotas = Readonly<Record<QuotaName, number | null>>;

export const quotaNames = ['findings', 'artifactBytes', 'queuedReports'] as const satisfies readonly QuotaName[];

export const NO_OWN_QUOTAS: OwnQuotas = { findings: null, artifactBytes: null, queuedReports: null };

/** The quotas in force for a tenant. */
export const quotasOf = (own: OwnQuotas | undefined, defaults: Quotas): Quotas => ({
  findings: own?.findings ?? defaults.findings,
  artifactBytes: own?.artifactBytes ?? defaults.artifactBytes,
  queuedReports: own?.queuedReports ?? defaults.queuedReports,
});

/** Whether `more` still fit in addition to `used`. */
export const fits = (used: number, more: number, limit: number): boolean => limit === 0 || used + more <= limit;
