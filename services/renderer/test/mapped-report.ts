import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, type BlobRef, openArtifactFolder } from '@evidence/artifacts';
import {
  canonicalJson,
  jsonLinesOf,
  linesOfMapping,
  MAPPING_MEDIA_TYPE,
  type MappingSnapshot,
  type PackTemplate,
  type RefMapping,
  type ReportEvent,
  SCOPE_MEDIA_TYPE,
  type ScopedFinding,
  type ScopeSnapshot,
  scopeLinesOf,
  tagMappingOf,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
// From the built files, because a bench also runs this file, without Vitest.
import { type RendererConfig, rendererConfig } from '../dist/shell/config.js';
import type { MappedReport } from '../src/ports.js';

/** The built thread: Node does not run TypeScript in a worker that Vitest did not start. */
export const THREAD_FILE = new URL('../dist/shell/render-thread.js', import.meta.url);

export const REQUEST = {
  ...exampleOf('ReportRequested'),
  frameworks: [{ framework: 'OWASP_LLM' as const, edition: '2025' }],
};

const REF: RefMapping = { ref: 'OWASP_LLM01', basis: 'direct', source: 'garak probe tags' };

const scopedFinding = (n: number): ScopedFinding => ({
  id: `fnd_${String(n).padStart(26, '0')}`,
  scanId: 'scan_1',
  endpointId: 'ep_chat_prod',
  title: `Injected instruction overrides the system prompt (${n})`,
  severity: 'high',
  severityOriginal: 'high',
  status: 'open',
  discoveredAt: '2026-05-20T09:00:00.000Z',
  firstSeenAt: '2026-05-20T09:00:00.000Z',
  lastSeenAt: '2026-05-20T09:00:00.000Z',
  observations: 1,
  tool: { name: 'garak', version: '0.13.3' },
  probe: 'promptinject.HijackHateHumans',
  detector: 'promptinject.AttackRogueString',
  refs: [{ ref: REF.ref, native: 'owasp:llm01', source: REF.source }],
  unresolvedTags: [],
  evidenceExcerptSha256: n.toString(16).padStart(64, '0'),
  hits: 3,
  evaluations: 10,
});

/** The surroundings of a service: a configuration, an artifact store with the snapshots of a mapped report, and its events. */
export interface MappedReportInPlace extends MappedReport {
  readonly config: RendererConfig;
  readonly artifacts: ArtifactStore;
  readonly folder: string;
  readonly past: readonly ReportEvent[];
  remove(): Promise<void>;
}

interface PlaceOptions {
  readonly findings?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly template?: PackTemplate | undefined;
  /** The format of the snapshots: that of this release or of former ones. */
  readonly as?: 'lines' | 'documents';
}

export async function placeMappedReport(
  format: 'pdf' | 'json',
  { findings: count = 0, env = {}, template, as = 'lines' }: PlaceOptions = {},
): Promise<MappedReportInPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-renderer-'));
  const config = rendererConfig({ DATA_DIR: folder, ...env });
  const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
  const findings = Array.from({ length: count }, (_, n) => scopedFinding(n));
  const counts = { considered: count, included: count, excluded: {} };
  const scope: ScopeSnapshot = {
    tenant: 'acme',
    scope: REQUEST.scope,
    findings,
    dispositions: [],
    scans: [],
    counts,
  };
  const { scope: scopeBlob, mapping: mappingBlob } = await (as === 'lines' ? storeLines : storeDocuments)(
    artifacts,
    scope,
  );
  const { requestedAt, reportId } = REQUEST;
  const request = { ...REQUEST, format, ...(template && { template }) };
  const scoped = {
    reportId,
    scopedAt: requestedAt,
    dataAsOf: { position: '1', at: requestedAt },
    snapshot: scopeBlob,
    counts: { ...counts, scans: 0 },
  };
  const mapped = {
    ...exampleOf('ReportMapped'),
    scopeSnapshot: scopeBlob,
    snapshot: mappingBlob,
    counts: { findings: count, refs: count, overlaps: 0 },
  };
  const past: ReportEvent[] = [
    { type: 'ReportRequested', data: request },
    { type: 'ReportStarted', data: exampleOf('ReportStarted') },
    { type: 'ReportScoped', data: scoped },
    { type: 'ReportMapped', data: mapped },
  ];
  const remove = () => rm(folder, { recursive: true, force: true });
  return { request, scoped, mapped, config, artifacts, folder, past, remove };
}

type Stored = Promise<{ readonly scope: BlobRef; readonly mapping: BlobRef }>;

async function storeLines(artifacts: ArtifactStore, scope: ScopeSnapshot): Stored {
  const lines = jsonLinesOf(scopeLinesOf(canonicalJson(scope)));
  const stored = await artifacts.write('acme', SCOPE_MEDIA_TYPE, lines);
  const { length: findings } = scope.findings;
  const mapping = tagMappingOf({
    ...mappingFacts(findings, stored.sha256),
    ...{ strength: 'primary', assessmentDate: '2026-05-22', rules: exampleOf('ReportMapped').rules! },
    counts: { findings, refs: findings },
    mappings: findings === 0 ? [] : [REF],
    tags: findings === 0 ? [] : [{ ref: REF.ref, source: REF.source, mappings: [0] }],
  });
  return {
    scope: stored,
    mapping: await artifacts.write('acme', MAPPING_MEDIA_TYPE, jsonLinesOf(linesOfMapping(mapping))),
  };
}

async function storeDocuments(artifacts: ArtifactStore, scope: ScopeSnapshot): Stored {
  const stored = await artifacts.put('acme', canonicalJson(scope), 'application/json');
  const findings = scope.findings.map(({ id }) => ({ id, mappings: [REF] }));
  const mapping: MappingSnapshot = { ...mappingFacts(findings.length, stored.sha256), findings };
  return { scope: stored, mapping: await artifacts.put('acme', canonicalJson(mapping), 'application/json') };
}

const mappingFacts = (findings: number, scopeSnapshotSha256: string): Omit<MappingSnapshot, 'findings'> => ({
  scopeSnapshotSha256,
  policy: REQUEST.mapping,
  crosswalk: exampleOf('ReportMapped').crosswalk,
  countsByBasis: { direct: findings, official: 0, published: 0, derived: 0 },
  coverage: [{ framework: 'OWASP_LLM', edition: '2025', name: 'OWASP Top 10 for LLM Applications 2025', controls: [] }],
  overlaps: [],
  unresolvedTags: [],
});
