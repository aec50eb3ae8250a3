import type { BlobRef } from '@evidence/artifacts';
import type { ReportMapped, ReportReady, ReportRequested, ReportScoped } from '@evidence/contracts';

/** The events of a mapped report. Everything else is in the snapshots that they name. */
export interface MappedReport {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  /** Overrides the configured PAdES level. */
  readonly level?: 'B-B';
}

/** A signed artifact and its attestation, both stored. */
export interface MadeArtifact {
  readonly artifact: BlobRef;
  readonly attestation: BlobRef;
  readonly signature: {
    readonly keyId: string;
    readonly algorithm: 'RS256' | 'ES256';
    readonly developmentKey: boolean;
    /** The PAdES level of a PDF, which is the configured one. */
    readonly level?: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';
  };
  readonly summary: ReportReady['summary'];
  /** Equal for every rendering of the same report. */
  readonly contentSha256: string;
}

export type Tell = (percent: number) => void;
