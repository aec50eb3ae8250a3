import { type ArtifactError, type ArtifactStore, type BlobRef, type ByteSpan, isGone } from '@evidence/artifacts';
import { type ArtifactLost, type ReportReady, streamOf } from '@evidence/contracts';
import type { Logger } from '@evidence/runtime';
import type { Caller } from '../../core/access/authenticate.js';
import { actorOf, type Call } from '../../core/call/call.js';
import { Problem, unavailable } from '../../core/call/problem.js';
import type { Seal } from '../../core/call/seal.js';
import { sentences } from '../../core/call/sentences.js';
import { recordDownload } from '../../core/decider.js';
import { checkLink, type LinkParameters, signLink } from '../../core/reports/download-link.js';
import { type ReportRecord, statusOf } from '../../core/reports/report-record.js';
import { type Tombstone, tombstoneOf } from '../../core/reports/tombstone.js';
import type { Bus } from '../../ports.js';
import { type Writer } from '../call/writer.js';
import type { Reports } from './reports.js';

export interface DownloadsParts {
  readonly reports: Pick<Reports, 'find' | 'pathOf'>;
  readonly artifacts: ArtifactStore;
  readonly bus: Pick<Bus, 'askForFiles'>;
  readonly writer: Writer;
  readonly seal: Seal;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/** The shortest time between two requests to make a missing file again, because a large report takes some time. */
const ASK_AGAIN_AFTER_MS = 30_000;
const ASKED_MAX = 10_000;

/** The artifacts of ready reports. Methods throw `report_not_found`, `report_not_ready`, `report_expired`. */
export class Downloads {
  readonly #recording = new Set<Promise<void>>();
  readonly #askedUntil = new Map<string, number>();

  constructor(private readonly parts: DownloadsParts) {}

  /** A link to the artifact. */
  link(caller: Caller, reportId: string): string {
    const { reports, now, seal } = this.parts;
    this.#ready(caller, reportId);
    const { expires, signature } = signLink(reportId, now(), seal);
    return `${reports.pathOf(reportId)}/download?${new URLSearchParams({ expires, signature })}`;
  }

  /** The artifact that a link refers to. Throws `link_expired`. */
  artifact(caller: Caller, reportId: string, link: LinkParameters): BlobRef {
    const ready = this.#ready(caller, reportId);
    checkLink(reportId, link, this.parts.now(), this.parts.seal);
    return ready.artifact;
  }

  attestation(caller: Caller, reportId: string): BlobRef {
    return this.#ready(caller, reportId).attestation;
  }

  /**
   * The bytes of the report's artifact or attestation, or a span of them. If the artifact store has lost or damaged them, they are requested again:
   * throws `unavailable` in the meantime, and `artifact_lost` if they cannot be made. A stream that finds the damage on the way fails instead of its
   * last bytes.
   */
  async open(caller: Caller, reportId: string, blob: BlobRef, span?: ByteSpan): Promise<NodeJS.ReadableStream> {
    const { artifacts, now } = this.parts;
    try {
      const stream = await artifacts.open(caller.tenant, blob, span);
      return stream.once('error', (error) => {
        if (isGone(error)) this.#askAgain(reportId, blob, error);
      });
    } catch (error) {
      if (!isGone(error)) throw error;
      // The report may just have been pruned, and the view may already know it.
      const { expiresAt } = this.#ready(caller, reportId);
      if (now() >= new Date(expiresAt)) throw expired();
      const lost = this.#lost(caller, reportId);
      if (lost) throw new Problem('artifact_lost', sentences.artifactLost(lost.message));
      this.#askAgain(reportId, blob, error);
      throw unavailable(sentences.artifactMadeAgain);
    }
  }

  /** Asks at most once per interval, because otherwise every retry of a client would make the file again. */
  #askAgain(reportId: string, { sha256 }: BlobRef, err: ArtifactError): void {
    const { bus, logger, now } = this.parts;
    const nowMs = now().getTime();
    for (const [id, untilMs] of this.#askedUntil) if (untilMs <= nowMs) this.#askedUntil.delete(id);
    if (this.#askedUntil.has(reportId) || this.#askedUntil.size >= ASKED_MAX) return;
    this.#askedUntil.set(reportId, nowMs + ASK_AGAIN_AFTER_MS);
    logger.error({ err, reportId, sha256 }, 'a file of a ready report is gone or damaged and must be made again');
    bus.askForFiles(reportId).catch((error: unknown) => {
      this.#askedUntil.delete(reportId);
      logger.warn({ err: error, reportId }, 'the request to make the file again could not be sent');
    });
  }

  #lost(caller: Caller, reportId: string): ArtifactLost | undefined {
    const { life } = this.parts.reports.find(caller, reportId);
    return life.phase === 'ready' ? life.lost : undefined;
  }

  /**
   * Records a download in parallel to it, not before it: a download is a read, and works while the store is unavailable. What could not be
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
        (error: unknown) => logger.warn({ err: error, ...data }, 'a download was not recorded'),
      )
      .finally(() => this.#recording.delete(recording));
    this.#recording.add(recording);
  }

  /** Resolves when all downloads so far are recorded, or in the log. */
  async drain(): Promise<void> {
    await Promise.all(this.#recording);
  }

  #ready(caller: Caller, reportId: string): ReportReady {
    const record = this.parts.reports.find(caller, reportId);
    switch (record.life.phase) {
      case 'ready':
        return record.life.ready;
      case 'expired':
        throw expired(tombstoneOf(record.life.expired, this.parts.reports.pathOf(reportId)));
      default:
        throw notReady(record);
    }
  }
}

function expired(tombstone: Tombstone | null = null): Problem {
  if (!tombstone) return new Problem('report_expired', sentences.artifactPruned);
  const { reason, regenerate } = tombstone;
  return new Problem('report_expired', sentences.artifactPrunedFor(reason, regenerate.path), { tombstone });
}

function notReady(record: ReportRecord): Problem {
  const status = statusOf(record);
  const message = status === 'failed' ? sentences.reportFailed : sentences.reportNotReady;
  return new Problem('report_not_ready', message, { report_status: status });
}
