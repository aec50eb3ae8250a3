import type { MadeArtifact, MappedReport, Tell } from '@evidence/rendering';

export type { MadeArtifact, MappedReport, Tell };

/** Makes artifacts outside the event loop. The same report gives the same bytes. */
export interface ArtifactMaker {
  /** Rejects with `NoArtifact`. `tell` receives the progress, in whole percent, increasing, at most 100 times. */
  make(report: MappedReport, tell?: Tell): Promise<MadeArtifact>;
  /** Ends running and waiting work, with `NoArtifact`. */
  close(): Promise<void>;
}

/**
 * - `passing`: nothing is wrong with the report; retry for as long as it takes.
 * - `unforeseen`: not known; retry a few times.
 * - `request`: what was requested can never be made. The client can request something else.
 * - `operation`: the installation cannot make it until its operator has done something.
 */
export type Fault = 'passing' | 'unforeseen' | 'request' | 'operation';

/** Why there is no artifact. `code` is that of the part that failed, from its own closed set. */
export class NoArtifact extends Error {
  override readonly name = 'NoArtifact';
  /** For the bus: whether the same message may succeed later, if that is known. */
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
