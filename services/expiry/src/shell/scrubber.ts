import { type ArtifactStore, isGone } from '@evidence/artifacts';
import type { HeardEventType } from '@evidence/bus';
import type { Logger } from '@evidence/runtime';
import type { KeptBlob, Scrubbing } from '../ports.js';

/** The unused budget of at most this much time is kept; more would cause a burst after a quiet time. */
const SAVED_UP_MS = 60_000;
/** The minimum that a blob counts, because a small one also needs a disk access. */
const BLOB_COSTS_BYTES = 64 * 1024;
/** The minimum time between the beginnings of two passes. */
const PASS_MS = 24 * 60 * 60_000;
/** After these events, scoping, mapping and the renderer store something. */
const TELLING = ['ReportStarted', 'ReportScoped', 'ReportMapped'] as const satisfies readonly HeardEventType[];

export interface ScrubberParts {
  readonly kept: Scrubbing;
  readonly artifacts: Pick<ArtifactStore, 'read'>;
  /** Publishes events again: each stage checks what it has stored for the report, and rebuilds what is gone. */
  readonly retell: (reportId: string, type: HeardEventType) => Promise<void>;
  readonly bytesPerMinute: number;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Reads the blobs of ready reports, one after the other and in endless passes, so that damage is found while it can still be repaired, and not by
 * the auditor who needs the file.
 */
export class Scrubber {
  #budgetBytes = 0;
  #countedAtMs: number;

  constructor(private readonly parts: ScrubberParts) {
    this.#countedAtMs = parts.now().getTime();
  }

  /** One round: as much as the time since the last one allows. A large blob also uses the budget of later rounds. Throws errors of store and bus. */
  async work(): Promise<void> {
    const { kept, now } = this.parts;
    this.#save(now().getTime());
    while (this.#budgetBytes > 0) {
      const blob = this.#next(now().getTime());
      if (!blob) return;
      await this.#check(blob);
      kept.checked(blob);
    }
  }

  #save(nowMs: number): void {
    const { bytesPerMinute } = this.parts;
    const elapsedMs = Math.min(Math.max(nowMs - this.#countedAtMs, 0), SAVED_UP_MS);
    this.#countedAtMs = nowMs;
    this.#budgetBytes = Math.min(this.#budgetBytes + (bytesPerMinute * elapsedMs) / 60_000, bytesPerMinute);
  }

  #next(nowMs: number): KeptBlob | undefined {
    const { kept } = this.parts;
    const sinceMs = kept.passSinceMs();
    const blob = sinceMs === undefined ? undefined : kept.next();
    if (blob || (sinceMs !== undefined && nowMs - sinceMs < PASS_MS)) return blob;
    kept.beginPass(nowMs);
    return kept.next();
  }

  async #check(blob: KeptBlob): Promise<void> {
    const { artifacts, kept, retell, logger } = this.parts;
    const { reportId, tenant, sha256 } = blob;
    let sizeBytes = 0;
    try {
      for await (const chunk of artifacts.read(tenant, sha256)) sizeBytes += chunk.length;
    } catch (error) {
      if (!isGone(error)) throw error;
      // Pruned while it was read.
      if (!kept.isKept(blob)) return;
      logger.warn(
        { err: error, reportId, tenant, sha256 },
        'a file of a ready report is gone or damaged and must be made again',
      );
      for (const type of TELLING) await retell(reportId, type);
    } finally {
      this.#budgetBytes -= Math.max(sizeBytes, BLOB_COSTS_BYTES);
    }
  }
}
