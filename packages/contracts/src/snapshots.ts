import type { MappingSnapshot, ScopeSnapshot } from './generated/types.js';
import { assertDocument } from './validation.js';

/** Digest of the empty text. Snapshots from before 2026-11-29 have it where there is no evidence. */
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

type Members = Readonly<Record<string, unknown>>;

/**
 * A stored scope snapshot, whatever release stored it, because a report that was scoped before an update may be mapped and rendered after it.
 * Members that older snapshots lack get neutral values: a run whose end is not stated, targets that are not pinned, and one observation for each
 * finding. Throws `SyntaxError` and `ContractError` for an invalid snapshot.
 */
export function scopeSnapshotOf(bytes: Uint8Array): ScopeSnapshot {
  const document = jsonOf(bytes);
  const snapshot = isMembers(document) ? upToDate(document) : document;
  assertDocument('ScopeSnapshot.v1', snapshot);
  return snapshot as ScopeSnapshot;
}

/** A stored mapping snapshot. Throws `SyntaxError` and `ContractError` for an invalid one. */
export function mappingSnapshotOf(bytes: Uint8Array): MappingSnapshot {
  const snapshot = jsonOf(bytes);
  assertDocument('MappingSnapshot.v1', snapshot);
  return snapshot as MappingSnapshot;
}

const jsonOf = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const upToDate = ({ findings, dispositions, scans, ...others }: Members): Members => ({
  ...others,
  findings: each(findings, (finding) => ({
    ...{ firstSeenAt: finding.discoveredAt, lastSeenAt: finding.discoveredAt, observations: 1 },
    ...finding,
    ...(finding.evidenceExcerptSha256 === SHA256_OF_NOTHING && { evidenceExcerptSha256: null }),
  })),
  dispositions: each(dispositions, (disposition) => ({
    ...{ firstSeenAt: null, lastSeenAt: null, observations: 1 },
    ...disposition,
  })),
  scans: each(scans, (scan) => ({ run: { outcome: 'not_stated', problems: [] }, targets: [], ...scan })),
});

const each = (list: unknown, read: (entry: Members) => Members): unknown =>
  Array.isArray(list) ? list.map((entry: unknown) => (isMembers(entry) ? read(entry) : entry)) : list;
