import { type ScanCompared } from '@evidence/contracts';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { type ImportOptions, importScan } from '../src/parse/index.js';
import { recordScan } from '../src/record/index.js';
import { inChunks, options } from './importing.js';

/**
 * Records the files as scans of one endpoint, one per day, and returns for each the known weaknesses that it tested and did not see, by the
 * last part of their identities.
 */
export async function notSeenByEach(
  files: readonly object[],
  more: Partial<ImportOptions>,
): Promise<readonly (readonly (string | undefined)[])[]> {
  const engine = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00.000Z') });
  const store = eventLogOver(engine);
  const nameOf = new Map<string, string | undefined>();
  for (const [index, file] of files.entries()) {
    const importedAt = `2026-11-0${index + 1}T10:00:00.000Z`;
    const startedAt = `2026-11-0${index + 1}T09:00:00.000Z`;
    await using imported = await importScan(inChunks(JSON.stringify(file)), {
      ...options,
      ...more,
      importedAt,
      startedAt,
    });
    for await (const { findingId, identity } of imported.findings) nameOf.set(findingId, identity?.at(-1));
    const by = { tenant: options.tenant, correlationId: 'i', causationId: 'i', actor: 'token:tok_importer' };
    await recordScan({ store, imported, provenance: { ...by, occurredAt: importedAt } });
  }
  const notSeen: (string | undefined)[][] = [];
  for await (const { data } of store.readAll({ filter: { types: ['ScanCompared'] } }))
    notSeen.push((data as unknown as ScanCompared).notSeen.map((findingId) => nameOf.get(findingId)));
  await store.close();
  return notSeen;
}
