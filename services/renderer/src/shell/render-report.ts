import type { ProgressTeller, Reteller } from '@evidence/bus';
import type { EventLog, StreamReading } from '@evidence/event-store/log';
import { RENDERER_VERSION } from '@evidence/rendering';
import { failReport } from '@evidence/report';
import { isLostCode, remadeAfter } from '@evidence/report/snapshots';
import {
  type Cause,
  decideOnReport,
  failOnReport,
  type ReportSoFar,
  type ReportWriter,
  readReport,
} from '@evidence/report/stage';
import { endOf } from '@evidence/retention';
import { rendering } from '../core/decider.js';
import { type ArtifactMaker, type MappedReport, NoArtifact } from '../ports.js';
import type { RestoreArtifact } from './restore-artifact.js';
import { Retentions } from './retentions.js';

export interface RenderParts {
  readonly store: EventLog;
  readonly maker: ArtifactMaker;
  /** Reports the progress of a report, in percent. */
  readonly tell: ProgressTeller['tell'];
  /** Asks an earlier stage to rebuild a missing snapshot. */
  readonly retell: Reteller['retell'];
  /** For a report that is already ready. */
  readonly restore: Pick<RestoreArtifact, 'handle'>;
  /** For tenants without a policy of their own. */
  readonly defaultRetentionSeconds: number;
  /** Receives every report that became ready. */
  readonly observe: (made: ObservedArtifact) => void;
  readonly now: () => Date;
}

export interface ObservedArtifact {
  readonly format: 'pdf' | 'json';
  readonly sizeBytes: number;
  /** Since the report was requested. */
  readonly durationS: number;
}

/** From a mapped report to a ready one, or to one that failed with a reason. */
export class RenderReport {
  readonly #writer: ReportWriter;
  readonly #retentions: Retentions;

  constructor(private readonly parts: RenderParts) {
    const { store, now, defaultRetentionSeconds } = parts;
    this.#writer = { store, actor: 'service:renderer', now };
    this.#retentions = new Retentions(store, defaultRetentionSeconds);
  }

  /**
   * Does nothing for a report that is not mapped, or has ended. For a ready one, restores its files if they are gone. Rejects with `NoArtifact`, so
   * that the bus retries or, when the operator must act, parks the message; what only the client can fix ends with the report's failure.
   */
  async handle(cause: Cause, history?: StreamReading): Promise<void> {
    const report = await readReport(this.parts.store, cause.reportId, history);
    const { life, requested } = report;
    if (life.phase === 'ready') return this.parts.restore.handle(cause);
    if (life.phase !== 'mapped') return;
    try {
      const { artifact, readyAt } = await this.#render(life, report, cause);
      const durationS = (Date.parse(readyAt) - Date.parse(requested?.at ?? readyAt)) / 1_000;
      this.parts.observe({ format: life.request.format, sizeBytes: artifact.sizeBytes, durationS });
    } catch (error) {
      if (!(error instanceof NoArtifact)) throw error;
      const { fault, code } = error;
      if (isLostCode(code)) await this.parts.retell(cause.reportId, remadeAfter[code]);
      if (fault === 'request' || fault === 'operation') await this.#fail(error, cause);
      if (fault !== 'request') throw error;
    }
  }

  async #render(mapped: MappedReport, { requested, readUntil, past }: ReportSoFar, cause: Cause) {
    const { tenant, format, reportId, title } = mapped.request;
    const { maker, tell } = this.parts;
    // The policy is read meanwhile: it needs a round trip to the store, unless a report before this one has just made it.
    const [made, retention] = await Promise.all([
      maker.make(mapped, (percent) => tell({ tenant, reportId, percent })),
      this.#retentions.of(tenant, requested?.position ?? readUntil, readUntil),
    ]);
    const readyAt = this.parts.now().toISOString();
    const expiresAt = endOf(readyAt, retention.seconds);
    const downloadPath = `/api/v2/reports/${reportId}/download`;
    const about = { reportId, title, downloadPath, readyAt, expiresAt, retention, format };
    const data = { ...about, ...made, rendererVersion: RENDERER_VERSION };
    await decideOnReport(this.#writer, rendering, { type: 'RecordArtifact', data }, cause, past);
    return data;
  }

  async #fail({ code, message }: NoArtifact, cause: Cause): Promise<void> {
    const failedAt = this.parts.now().toISOString();
    const data = {
      reportId: cause.reportId,
      failedAt,
      stage: 'rendering' as const,
      code,
      message: message.slice(0, SENTENCE_CHARS_MAX),
    };
    await failOnReport(this.#writer, failReport, { type: 'FailReport', data }, cause);
  }
}

/** The limit of ReportFailed.v1. */
const SENTENCE_CHARS_MAX = 1_000;
