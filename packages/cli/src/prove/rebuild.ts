import type { ArtifactStore } from '@evidence/artifacts';
import {
  jsonLinesOf,
  linesOfMapping,
  MAPPING_MEDIA_TYPE,
  type ReportMapped,
  type ReportRequested,
  type ReportScoped,
} from '@evidence/contracts';
import { markOf, type Position } from '@evidence/event-store';
import type { EventLog, LogEvent } from '@evidence/event-store/log';
import { openViewFile } from '@evidence/event-store/view';
import { loadFrameworks, openArchive } from '@evidence/frameworks/load';
import { type MadeArtifact, type MakingParts, makeArtifact } from '@evidence/rendering';
import { readScope } from '@evidence/report/snapshots';
import { storeScope } from '@evidence/scope/store';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
  evidenceInViewFile,
} from '@evidence/scope/view';
import { frameworksBy, mappingQuestionOf, ScopeMapping } from '@evidence/verdicts';

const EVENTS_PER_TRANSACTION = 1_000;

/** Resolves the scope of a report again, in a view in memory, from the events up to the position at which it was resolved. */
export async function rebuildScope(
  store: EventLog,
  artifacts: ArtifactStore,
  { tenant, scope, includeEvidence }: ReportRequested,
  { dataAsOf }: ReportScoped,
): Promise<Pick<ReportScoped, 'snapshot' | 'counts'>> {
  const position = BigInt(dataAsOf.position);
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  try {
    await fill(view, store, position);
    const evidence = evidenceInViewFile(view, { reached: async () => undefined, position: () => undefined });
    const known = await evidence.asOf(tenant, position, scope);
    return await storeScope(artifacts, { tenant, scope, includeEvidence, ...known });
  } finally {
    view.close();
  }
}

async function fill(view: ReturnType<typeof openViewFile>, store: EventLog, until: Position): Promise<void> {
  let batch: LogEvent[] = [];
  const apply = (): void => {
    const last = batch.at(-1);
    if (!last) return;
    view.transaction(markOf(last), (db) => {
      for (const event of batch) applyToEvidence(event, db);
    });
    batch = [];
  };
  const onUnreadable = view.quarantine.add;
  for await (const event of store.readAll({ filter: EVIDENCE_EVENTS, onUnreadable })) {
    if (event.position > until) break;
    batch.push(event);
    if (batch.length >= EVENTS_PER_TRANSACTION) apply();
  }
  apply();
}

/** Maps the scope again, with the rules that the report was mapped with. Throws the `Refusal` `rules_changed` when this release does not have them. */
export async function rebuildMapping(
  artifacts: ArtifactStore,
  request: ReportRequested,
  scoped: ReportScoped,
  { rules }: ReportMapped,
): Promise<ReportMapped['snapshot']> {
  const kept = { installed: loadFrameworks(), archive: openArchive() };
  const frameworks = rules ? frameworksBy(rules, kept) : kept.installed;
  const mapping = new ScopeMapping(mappingQuestionOf({ request, scoped }, frameworks));
  for await (const line of readScope(artifacts, request.tenant, scoped.snapshot)) mapping.take(line);
  return artifacts.write(request.tenant, MAPPING_MEDIA_TYPE, jsonLinesOf(linesOfMapping(mapping.result())));
}

/** Makes the artifact again from the snapshots. */
export const rebuildArtifact = (
  parts: MakingParts,
  request: ReportRequested,
  scoped: ReportScoped,
  mapped: ReportMapped,
): Promise<MadeArtifact> => makeArtifact(parts, { request, scoped, mapped });
