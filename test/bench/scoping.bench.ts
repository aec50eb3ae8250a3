/**
 * Scoping 50,000 findings: of a single tenant, of one of twenty tenants with 1,000,000 in total (the others must cost nothing), and of one of twenty
 * endpoints of a tenant with 1,000,000, compared with the plain way, which reads every finding of the tenant. Each way runs in its own process, so
 * that its memory is measured alone: `node scoping.bench.ts <view file> <way>`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FindingRecorded, ScanRecorded } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import { openViewFile } from '@evidence/event-store/view';
import { scopeLines } from '../../packages/scope/dist/resolve-scope.js';
import { evidenceInViewFile } from '../../packages/scope/dist/view/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../../packages/scope/dist/view/evidence-view.js';

const IN_SCOPE = 50_000;
/** A position after all events. */
const END = 10_000_000n;
const ROUNDS = 3;
const schema = { schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA };

interface Layout {
  readonly findings: number;
  readonly tenantOf: (index: number) => string;
  readonly endpointOf: (index: number) => string;
}

/** Successive findings in the log have different owners, as when many import at once. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  'a tenant alone': { findings: IN_SCOPE, tenantOf: () => 'tenant_0', endpointOf: () => 'ep_0' },
  'one of twenty tenants': {
    findings: 1_000_000,
    tenantOf: (index) => `tenant_${index % 20}`,
    endpointOf: () => 'ep_0',
  },
  'one of twenty endpoints': {
    findings: 1_000_000,
    tenantOf: () => 'tenant_0',
    endpointOf: (index) => `ep_${index % 20}`,
  },
};

function fillView(file: string, { findings, tenantOf, endpointOf }: Layout): void {
  const view = openViewFile({ file, ...schema });
  const scan = exampleOf('ScanRecorded') as ScanRecorded;
  const finding = exampleOf('FindingRecorded') as FindingRecorded;
  let position = 0n;
  const apply = (db: typeof view.db, type: string, data: object) => {
    position += 1n;
    const metadata = { actor: 'operator:bench' };
    applyToEvidence({ type, data, metadata, position } as unknown as LogEvent, db);
  };
  view.transaction({ id: 'e', stream: 's', revision: 0n, position: END, recordedAt: '' }, (db) => {
    for (let index = 0; index < 20; index++) {
      const [tenant, endpointId] = [tenantOf(index), endpointOf(index)];
      apply(db, 'ScanRecorded', { ...scan, tenant, endpointId, scanId: `scn_${index}` });
    }
    for (let index = 0; index < findings; index++) {
      const [tenant, endpointId] = [tenantOf(index), endpointOf(index)];
      const where = { tenant, endpointId, scanId: `scn_${index % 20}`, findingId: `fnd_${index}` };
      apply(db, 'FindingRecorded', { ...finding, ...where });
    }
  });
  view.close();
}

/** Both ways call the core in the same way; the plain one lets it do all the filtering. */
async function scopeOnce(file: string, way: Way): Promise<number> {
  const view = openViewFile({ file, ...schema });
  const scope = { endpointIds: ['ep_0'], includeSeverities: [] };
  const evidence = evidenceInViewFile(view, { reached: async () => undefined, position: () => undefined });
  const startedAt = performance.now();
  const asked = way === 'plain' ? { ...scope, endpointIds: [] } : scope;
  const known = await evidence.asOf('tenant_0', END, asked);
  const findings = way === 'plain' ? [...known.findings] : known.findings;
  let included = 0;
  for (const { finding } of scopeLines({ tenant: 'tenant_0', scope, ...known, findings })) if (finding) included += 1;
  const ms = performance.now() - startedAt;
  if (included !== IN_SCOPE) throw new Error(`${included} findings in scope`);
  view.close();
  return ms;
}

type Way = 'ours' | 'plain';

function measure(file: string, way: Way): { ms: number; peakMb: number } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), file, way]);
  if (status !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

async function measureHere(file: string, way: Way): Promise<void> {
  const times: number[] = [];
  const rounds = way === 'plain' ? 1 : ROUNDS;
  for (let round = 0; round < rounds; round++) times.push(await scopeOnce(file, way));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ ms: times.toSorted((a, b) => a - b)[rounds >> 1], peakMb }));
}

function bench(folder: string): void {
  const results: object[] = [];
  for (const [name, layout] of Object.entries(LAYOUTS)) {
    const view = join(folder, `${results.length}.sqlite`);
    fillView(view, layout);
    const ours = measure(view, 'ours');
    const plain = name === 'one of twenty endpoints' ? measure(view, 'plain') : undefined;
    results.push({ name, findings: layout.findings, ours, ...(plain && { plain }) });
    console.log(
      `${IN_SCOPE} of ${layout.findings} findings, ${name}: ${ours.ms.toFixed(0)} ms, peak ${ours.peakMb} MB`,
    );
    if (plain)
      console.log(
        `  plain: ${(plain.ms / ours.ms).toFixed(1)} × the time, ${(plain.peakMb / ours.peakMb).toFixed(1)} × the memory`,
      );
  }
  console.log(JSON.stringify({ bench: 'scoping', results }));
}

const [file, way] = process.argv.slice(2);
if (file && way) {
  await measureHere(file, way as Way);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'scoping-bench-'));
  try {
    bench(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
