import type { ArtifactStore, BlobRef } from '@evidence/artifacts';
import {
  assertDocument,
  canonicalJson,
  type EvidenceReport,
  type MappingSnapshot,
  type ReportMapped,
  type ReportRequested,
  type ReportScoped,
  type ScopeSnapshot,
  streamOf,
} from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import type { EventStore } from '@evidence/event-store';
import { type Cause, decideOnReport, readReport } from '@evidence/report';
import { expiresAtOf, type TenantEvent, tenantPolicy } from '@evidence/retention';
import { attest, type Signer, signPdf } from '@evidence/signing';
import {
  ATTESTATION_MEDIA_TYPE,
  MEDIA_TYPES,
  PREDICATE_TYPE,
  predicateOf,
  RENDERER_VERSION,
} from '../core/artifact-names.js';
import { rendering } from '../core/decider.js';
import { evidenceReportOf } from '../core/evidence-report.js';
import type { Typesetter } from '../ports.js';

export interface RenderParts {
  readonly store: EventStore;
  readonly artifacts: ArtifactStore;
  readonly typesetter: Typesetter;
  readonly signer: Signer;
  readonly publicUrl: string;
  /** For tenants that set no policy of their own. */
  readonly defaultRetentionSeconds: number;
  readonly now: () => Date;
}

interface MappedReport {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
}

/** From a mapped report to a ready one: typeset, sign, attest, store, say so. */
export class RenderReport {
  constructor(private readonly parts: RenderParts) {}

  /** Does nothing for a report that is not mapped, or is rendered already. */
  async handle(cause: Cause): Promise<void> {
    const { store, now } = this.parts;
    const life = await readReport(store, cause.reportId);
    if (life.phase !== 'mapped') return;
    const { tenant, format } = life.request;
    const { report, bytes } = await this.#render(life);
    const artifact = await this.parts.artifacts.put(tenant, bytes, MEDIA_TYPES[format]);
    const attestation = await this.#attest(report, artifact);
    const readyAt = now().toISOString();
    const expiresAt = await this.#expiresAt(tenant, readyAt);
    const { signer } = this.parts;
    const data = {
      reportId: cause.reportId,
      readyAt,
      expiresAt,
      format,
      artifact,
      attestation,
      signature: { keyId: signer.keyId, algorithm: signer.algorithm, developmentKey: signer.isDevelopmentKey },
      summary: { findings: report.findings.length, totalOpen: report.summary.total_open },
      rendererVersion: RENDERER_VERSION,
    };
    const writer = { store, actor: 'service:renderer', now };
    await decideOnReport(writer, rendering, { type: 'RecordArtifact', data }, cause);
  }

  async #render({ request, scoped, mapped }: MappedReport): Promise<{ report: EvidenceReport; bytes: Uint8Array }> {
    const { signer, typesetter, publicUrl } = this.parts;
    const scope = (await this.#document(request.tenant, scoped.snapshot, 'ScopeSnapshot.v1')) as ScopeSnapshot;
    const mapping = (await this.#document(request.tenant, mapped.snapshot, 'MappingSnapshot.v1')) as MappingSnapshot;
    const signature = { keyId: signer.keyId, algorithm: signer.algorithm, developmentKey: signer.isDevelopmentKey };
    const rendererVersion = RENDERER_VERSION;
    const report = evidenceReportOf({ request, scoped, mapped, scope, mapping, signature, publicUrl, rendererVersion });
    if (request.format === 'json') return { report, bytes: canonicalJson(report) };
    const bytes = await signPdf({
      pdf: await typesetter.typeset(report),
      signer,
      reason: 'Evidence report',
      name: 'Evidence Reports',
      // The log's instant, not this machine's: rendered again, the report must be the same bytes.
      signedAt: new Date(mapped.mappedAt),
    });
    return { report, bytes };
  }

  async #attest(report: EvidenceReport, artifact: BlobRef): Promise<BlobRef> {
    const extension = artifact.mediaType === MEDIA_TYPES.pdf ? 'pdf' : 'json';
    const envelope = await attest({
      subjectName: `${report.report_id}.${extension}`,
      sha256: artifact.sha256,
      predicateType: PREDICATE_TYPE,
      predicate: predicateOf(report, artifact.mediaType),
      signer: this.parts.signer,
    });
    return this.parts.artifacts.put(report.tenant_slug, envelope, ATTESTATION_MEDIA_TYPE);
  }

  async #expiresAt(tenant: string, readyAt: string): Promise<string> {
    const past: TenantEvent[] = [];
    for await (const { type, data } of this.parts.store.readStream(streamOf.tenant(tenant))) {
      past.push({ type, data } as TenantEvent);
    }
    const { defaultRetentionSeconds } = this.parts;
    return expiresAtOf({ readyAt, policy: foldOf(tenantPolicy, past), defaultRetentionSeconds });
  }

  async #document(tenant: string, blob: BlobRef, schema: 'ScopeSnapshot.v1' | 'MappingSnapshot.v1'): Promise<unknown> {
    const bytes = await this.parts.artifacts.get(tenant, blob.sha256);
    const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    assertDocument(schema, document);
    return document;
  }
}
