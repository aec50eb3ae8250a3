/** The data of the bench of large reports: one tenant with one scan, in a view file as scoping stores it. */
import { join } from 'node:path';
import type { FindingRecorded, ReportRequested, ScanRecorded } from '@evidence/contracts';
import { SEVERITIES } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import { openViewFile } from '@evidence/event-store/view';
import {
  applyToEvidence,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../../packages/scope/dist/view/evidence-view.js';

export const KEYS_AT = '2026-11-29T10:00:00.000Z';
/** A position after all events. */
export const END = 10_000_000n;
export const VIEW_SCHEMA = { schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA };

export const REQUEST: ReportRequested = {
  ...exampleOf('ReportRequested'),
  tenant: 'acme',
  frameworks: [
    { framework: 'OWASP_LLM', edition: '2025' },
    { framework: 'OWASP_AGENTIC', edition: '2026' },
    { framework: 'MITRE_ATLAS', edition: '2026.09' },
    { framework: 'NIST_AI_600_1', edition: '1.0' },
    { framework: 'EU_AI_ACT', edition: '2024/1689' },
    { framework: 'ISO_42001', edition: '2023' },
  ],
  scope: { endpointIds: [], includeSeverities: [] },
};

/** One to three of the refs, the same in every run. */
function refsOf(index: number): FindingRecorded['refs'] {
  const refs = new Set(Array.from({ length: 1 + (index % 3) }, (_, i) => 1 + ((index * 7919 + i * 104_729) % 10)));
  return [...refs].map((n) => ({
    ref: `OWASP_LLM${String(n).padStart(2, '0')}`,
    native: `owasp:llm${String(n).padStart(2, '0')}`,
    source: 'tags of the probe in garak 0.13.3; the file has none',
    origin: 'tool_table' as const,
  }));
}

/** Writes a view file `view.sqlite` to the folder. */
export function fillView(folder: string, findings: number): void {
  const view = openViewFile({ file: join(folder, 'view.sqlite'), ...VIEW_SCHEMA });
  const scan: ScanRecorded = { ...exampleOf('ScanRecorded'), tenant: 'acme', scanId: 'scn_1', endpointId: 'ep_chat' };
  const finding = exampleOf('FindingRecorded');
  let position = 0n;
  const apply = (db: typeof view.db, type: string, data: object) => {
    position += 1n;
    const event = { type, data, metadata: { actor: 'operator:bench' }, position };
    applyToEvidence(event as unknown as LogEvent, db);
  };
  view.transaction({ id: 'e', stream: 's', revision: 0n, position: END, recordedAt: '' }, (db) => {
    apply(db, 'ScanRecorded', scan);
    for (let index = 0; index < findings; index++) {
      const findingId = `fnd_${((index * 2_654_435_761) % 4_294_967_296).toString(36).padStart(26, '0')}`;
      const severity = SEVERITIES[index % SEVERITIES.length] as FindingRecorded['severity'];
      const where = { tenant: 'acme', endpointId: 'ep_chat', scanId: 'scn_1', findingId };
      const title = `Injected instruction overrides the system prompt (${index})`;
      apply(db, 'FindingRecorded', { ...finding, ...where, title, severity, status: 'open', refs: refsOf(index) });
    }
  });
  view.close();
}
