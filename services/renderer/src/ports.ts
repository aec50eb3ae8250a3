import type { BlobRef } from '@evidence/artifacts';
import type { ReportMapped, ReportReady, ReportRequested, ReportScoped } from '@evidence/contracts';

/** What a mapped report's events tell. All else is in the snapshots that they name. */
export interface MappedReport {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
}

/** A signed artifact and its attestation, both stored. */
export interface MadeArtifact {
  readonly artifact: BlobRef;
  readonly attestation: BlobRef;
  readonly signature: {
    readonly keyId: string;
    readonly algorithm: 'RS256' | 'ES256';
    readonly developmentKey: boolean;
    /** Of a PDF: the PAdES level that it has, which is the one that is configured. */
    readonly level?: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';
  };
  readonly summary: ReportReady['summary'];
  /** Equal for every making of the same report. */
  readonly contentSha256: string;
}

/** Makes artifacts away from the event loop. The same report gives the same bytes. */
export interface ArtifactMaker {
  /** Rejects with `NoArtifact`. */
  make(report: MappedReport): Promise<MadeArtifact>;
  /** Ends the work that runs or waits, with `NoArtifact`. */
  close(): Promise<void>;
}

/**
 * - `passing`: nothing is wrong with the report; try again, for as long as it may take.
 * - `unforeseen`: nobody knows; try again a few times.
 * - `request`: what was asked for cannot be made, now or ever. The client can ask for something else.
 * - `operation`: the installation cannot make it until its operator has done something.
 */
export type Fault = 'passing' | 'unforeseen' | 'request' | 'operation';

/** Why there is no artifact. `code` is that of the part which gave up, in its own closed set. */
export class NoArtifact extends Error {
  override readonly name = 'NoArtifact';
  /** What the bus asks of an error: whether the same message may fare better later, where that is known. */
  readonly retryable: boolean | undefined;

  constructor(
    readonly fault: Fault,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.retryable = fault === 'unforeseen' ? undefined : fault === 'passing';
  }
}
