import type { EventOf, Finding, FindingRecorded, FindingRow, FindingStatus } from '@evidence/contracts';

/** What the view keeps of one finding: how it was born, and what was decided about it since. */
export interface FindingRecord {
  readonly recorded: FindingRecorded;
  readonly status: FindingStatus;
}

/** The record after one more event. A decision about a finding that was never recorded changes nothing. */
export function findingAfter(
  record: FindingRecord | undefined,
  event: EventOf<'FindingRecorded' | 'FindingStatusChanged'>,
): FindingRecord | undefined {
  switch (event.type) {
    case 'FindingRecorded':
      return record ?? { recorded: event.data, status: event.data.status };
    case 'FindingStatusChanged':
      return record && { ...record, status: event.data.to };
  }
}

/** As it stands in a list. */
export function findingRowOf({ recorded, status }: FindingRecord): FindingRow {
  const { findingId: id, scanId: scan_id, title, severity, discoveredAt: discovered_at } = recorded;
  return { id, scan_id, title, severity, status, discovered_at };
}

/** As it stands alone. Several tags of a tool may name the same control: it is listed once. */
export function findingOf(record: FindingRecord): Finding {
  const { endpointId: endpoint_id, refs, summary } = record.recorded;
  return { ...findingRowOf(record), endpoint_id, risk_refs: [...new Set(refs.map(({ ref }) => ref))], summary };
}
