import { ArtifactError, type ArtifactStore, type BlobRef } from '@evidence/artifacts';
import { type ReportReady, streamOf } from '@evidence/contracts';
import type { Logger } from '@evidence/runtime';
import type { Caller } from '../core/authenticate.js';
import type { ByteSpan } from '../core/byte-range.js';
import { checkLink, type LinkParameters, signLink } from '../core/download-link.js';
import { Problem, unavailable } from '../core/problem.js';
import { recordDownload } from '../core/record-download.js';
import { type ReportRecord, statusOf } from '../core/report-record.js';
import type { Seal } from '../core/seal.js';
import type { Call } from './http/route.js';
import type { Reports } from './reports.js';
import { actorOf, type Writer } from './writer.js';

export interface DownloadsParts {
  readonly reports: Pick<Reports, 'find' | 'pathOf'>;
  readonly artifacts: ArtifactStore;
  readonly writer: Writer;
  readonly seal: Seal;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/** The artifacts of ready reports. Methods throw `report_not_found`, `report_not_ready`, `report_expired`. */
export class Downloads {
  readonly #recording = new Set<Promise<void>>();

  constructor(private readonly parts: DownloadsParts) {}

  /** A link to the artifact. */
  link(caller: Caller, reportId: string): string {
    const { reports, now, seal } = this.parts;
    this.#ready(caller, reportId);
    const { expires, signature } = signLink(reportId, now(), seal);
    return `${reports.pathOf(reportId)}/download?${new URLSearchParams({ expires, signature })}`;
  }

  /** The artifact behind a link. Throws `link_expired`. */
  artifact(caller: Caller, reportId: string, link: LinkParameters): BlobRef {
    const ready = this.#ready(caller, reportId);
    checkLink(reportId, link, this.parts.now(), this.parts.seal);
    return ready.artifact;
  }

  attestation(caller: Caller, reportId: string): BlobRef {
    return this.#ready(caller, reportId).attestation;
  }

  /** The bytes of the report's artifact or attestation, or a span of them. Throws `unavailable` when the artifact store has lost them. */
  async open(caller: Caller, reportId: string, { sha256 }: BlobRef, span?: ByteSpan): Promise<NodeJS.ReadableStream> {
    const { artifacts, now, logger } = this.parts;
    try {
      return await artifacts.open(caller.tenant, sha256, span);
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code !== 'not_found') throw error;
      // Pruned a moment ago: the view may know by now, or be about to.
      const { expiresAt } = this.#ready(caller, reportId);
      if (now() >= new Date(expiresAt)) throw expired();
      logger.error({ err: error, reportId, sha256 }, 'the bytes of a ready report are lost');
      throw unavailable('The artifact cannot be read now. It is in the log of the service; request the report again.');
    }
  }

  /**
   * Puts a download on record beside it, not before it: a download is a read, and goes on while the store is away. What could not be
   * recorded is in the log.
   */
  record(call: Call, reportId: string, { sha256 }: BlobRef): void {
    const { writer, now, logger } = this.parts;
    const data = { reportId, downloadedAt: now().toISOString(), downloadedBy: actorOf(call), artifactSha256: sha256 };
    const stream = streamOf.report(reportId);
    const command = { type: 'RecordDownload', data } as const;
    const recording = writer
      .write({ stream, decider: recordDownload, command, correlationId: reportId, call })
      .then(
        () => undefined,
        (error: unknown) => logger.warn({ err: error, ...data }, 'a download is not on record'),
      )
      .finally(() => this.#recording.delete(recording));
    this.#recording.add(recording);
  }

  /** Resolves when all downloads so far are on record, or in the log. */
  async drain(): Promise<void> {
    await Promise.all(this.#recording);
  }

  #ready(caller: Caller, reportId: string): ReportReady {
    const record = this.parts.reports.find(caller, reportId);
    switch (record.life.phase) {
      case 'ready':
        return record.life.ready;
      case 'expired':
        throw expired();
      default:
        throw notReady(record);
    }
  }
}

const expired = () =>
  new Problem('report_expired', 'Retention has ended and the artifact was pruned: request the report again.');

function notReady(record: ReportRecord): Problem {
  const status = statusOf(record);
  const message =
    status === 'failed'
      ? 'This report failed; its failure says why. Request it again.'
      : 'This report is not ready yet: poll it until its status is ready.';
  return new Problem('report_not_ready', message, { report_status: status });
}
