import { assertEvent, type ScanCompared } from '@evidence/contracts';
import { openSqliteEventStore, withValidation } from '@evidence/event-store';
import { type ImportOptions, importScan, recordScan } from '../src/index.js';
import { inChunks, options } from './importing.js';

/**
 * Records the files as scans of one endpoint, a day after each other, and says for each which known weaknesses it tested and did not see:
 * the last parts of their identities.
 */
export async function notSeenByEach(
  files: readonly object[],
  more: Partial<ImportOptions>,
): Promise<readonly (readonly (string | undefined)[])[]> {
  const engine = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00.000Z') });
  const store = withValidation(engine, { event: assertEvent });
  const nameOf = new Map<string, string | undefined>();
  for (const [index, file] of files.entries()) {
    const importedAt = `2026-11-0${index + 1}T10:00:00.000Z`;
    await using imported = await importScan(inChunks(JSON.stringify(file)), { ...options, ...more, importedAt });
    for await (const { findingId, identity } of imported.findings) nameOf.set(findingId, identity?.at(-1));
    const by = { tenant: options.tenant, correlationId: 'i', causationId: 'i', actor: 'token:tok_importer' };
    await recordScan({ store, imported, provenance: { ...by, occurredAt: importedAt } });
  }
  const notSeen: (string | undefined)[][] = [];
  for await (const { data } of store.readAll({ filter: { typePrefixes: ['ScanCompared'] } }))
    notSeen.push((data as unknown as ScanCompared).notSeen.map((findingId) => nameOf.get(findingId)));
  await store.close();
  return notSeen;
}
