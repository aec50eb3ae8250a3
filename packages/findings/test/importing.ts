import { assertEventSchema, type FindingRecorded } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks/load';
import { expect } from 'vitest';
import { findingIdOf } from '../src/ids.js';
import { type ImportedScan, ImportRefusal } from '../src/index.js';
import { type ImportOptions, importScan } from '../src/parse/index.js';

export const frameworks = loadFrameworks();

export const options: ImportOptions = {
  format: 'garak',
  tenant: 'acme',
  endpointId: 'ep_chat',
  importedAt: '2026-11-23T10:00:00.000Z',
  frameworks,
};

/** The bytes in pieces of `chunkBytes`, as a socket might deliver them. */
export async function* inChunks(text: string | Uint8Array, chunkBytes = 1000): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let start = 0; start < bytes.byteLength; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

export const asLines = (...rows: readonly unknown[]): string =>
  rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');

/** A whole scan in memory. */
export interface Imported extends Pick<ImportedScan, 'scan' | 'warnings'> {
  readonly findings: readonly FindingRecorded[];
}

export async function imported(
  source: AsyncIterable<Uint8Array>,
  more: Partial<ImportOptions> = {},
): Promise<Imported> {
  await using scan = await importScan(source, { ...options, ...more });
  const findings: FindingRecorded[] = [];
  for await (const finding of scan.findings) findings.push(finding);
  return { scan: scan.scan, warnings: scan.warnings, findings };
}

/** Why a file was not imported; undefined if it was. */
export async function refusalOf(importing: Promise<unknown>): Promise<ImportRefusal | undefined> {
  try {
    await importing;
    return undefined;
  } catch (error) {
    if (error instanceof ImportRefusal) return error;
    throw error;
  }
}

/** What must hold for every file: valid events, ids derived from identities, and every row accounted for. */
export function checkScan({ scan, findings }: Imported): void {
  assertEventSchema('ScanRecorded.v1', scan);
  for (const finding of findings) assertEventSchema('FindingRecorded.v1', finding);
  const skipped = Object.values(scan.counts.skipped).reduce((sum, count) => sum + count, 0);
  expect(scan.counts).toMatchObject({ in: findings.length + skipped, recorded: findings.length });
  const { total, passed, failed } = scan.evaluations;
  expect(total).toBe(passed === null ? null : passed + failed);
  expect(scan.evaluated).toBe(total !== 0);
  for (const { findingId, identity = [] } of findings) {
    expect(identity.length).toBeGreaterThan(1);
    expect(findingId).toBe(findingIdOf(scan.tenant, scan.endpointId, identity));
  }
}
