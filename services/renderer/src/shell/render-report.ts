import { streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import type { EventStore } from '@evidence/event-store';
import { type Cause, decideOnReport, failReport, type ReportWriter, readReport } from '@evidence/report';
import { expiresAtOf, type TenantEvent, tenantPolicy } from '@evidence/retention';
import { RENDERER_VERSION } from '../core/artifact-names.js';
import { rendering } from '../core/decider.js';
import { type ArtifactMaker, type MappedReport, NoArtifact } from '../ports.js';

export interface RenderParts {
  readonly store: EventStore;
  readonly maker: ArtifactMaker;
  /** For tenants that set no policy of their own. */
  readonly defaultRetentionSeconds: number;
  readonly now: () => Date;
}

/** From a mapped report to a ready one, or to one that failed and says why. */
export class RenderReport {
  readonly #writer: ReportWriter;

  constructor(private readonly parts: RenderParts) {
    const { store, now } = parts;
    this.#writer = { store, actor: 'service:renderer', now };
  }

  /**
   * Does nothing for a report that is not mapped, or is rendered already. Rejects with `NoArtifact`, for the bus to try
   * again or, when the operator must see to it, to park; what only the client can mend ends with the report's failure.
   */
  async handle(cause: Cause): Promise<void> {
    const life = await readReport(this.parts.store, cause.reportId);
    if (life.phase !== 'mapped') return;
    try {
      await this.#render(life, cause);
    } catch (error) {
      if (!(error instanceof NoArtifact)) throw error;
      const { fault } = error;
      if (fault === 'request' || fault === 'operation') await this.#fail(error, cause);
      if (fault !== 'request') throw error;
    }
  }

  async #render(mapped: MappedReport, cause: Cause): Promise<void> {
    const { tenant, format, reportId, title } = mapped.request;
    const made = await this.parts.maker.make(mapped);
    const readyAt = this.parts.now().toISOString();
    const expiresAt = await this.#expiresAt(tenant, readyAt);
    const downloadPath = `/api/v2/reports/${reportId}/download`;
    const about = { reportId, title, downloadPath, readyAt, expiresAt, format };
    const data = { ...about, ...made, rendererVersion: RENDERER_VERSION };
    await decideOnReport(this.#writer, rendering, { type: 'RecordArtifact', data }, cause);
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
    await decideOnReport(this.#writer, failReport, { type: 'FailReport', data }, cause);
  }

  async #expiresAt(tenant: string, readyAt: string): Promise<string> {
    const past: TenantEvent[] = [];
    for await (const { type, data } of this.parts.store.readStream(streamOf.tenant(tenant))) {
      past.push({ type, data } as TenantEvent);
    }
    const { defaultRetentionSeconds } = this.parts;
    return expiresAtOf({ readyAt, policy: foldOf(tenantPolicy, past), defaultRetentionSeconds });
  }
}

/** What ReportFailed.v1 takes. */
const SENTENCE_CHARS_MAX = 1_000;
