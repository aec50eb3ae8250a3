import { type MessageParked, streamOf } from '@evidence/contracts';
import type { EventLog, LogEvent } from '@evidence/event-store/log';
import type { LeftOut } from './left-out.js';

/** A message that a service has parked. `id` is the id of its `MessageParked` event. */
export interface ParkedEntry extends MessageParked {
  readonly id: string;
  readonly tenant: string;
  /** What an operator has done about it. */
  readonly settled?: { readonly how: 'replayed' | 'dropped'; readonly at: string; readonly by: string };
}

/** Selects the entries that match every member. */
export interface ParkedFilter {
  readonly id?: string;
  readonly service?: string;
  readonly code?: string;
  readonly report?: string;
}

const DESK_EVENTS = ['MessageParked', 'ParkedMessageReplayed', 'ParkedMessageDropped'] as const;

/** All entries that match, settled ones included, in log order. */
export async function parkedEntries(
  store: EventLog,
  filter: ParkedFilter,
  { onUnreadable }: Pick<LeftOut, 'onUnreadable'>,
): Promise<ParkedEntry[]> {
  const { service } = filter;
  const events =
    service === undefined
      ? store.readAll({ filter: { types: DESK_EVENTS }, onUnreadable })
      : store.readStream(streamOf.parking(service), { onUnreadable });
  const entries = new Map<string, ParkedEntry>();
  for await (const event of events) take(event, entries);
  return [...entries.values()].filter((entry) => isMeant(entry, filter));
}

function take(event: LogEvent, entries: Map<string, ParkedEntry>): void {
  switch (event.type) {
    case 'MessageParked':
      entries.set(event.id, { ...event.data, id: event.id, tenant: event.metadata.tenant });
      return;
    case 'ParkedMessageReplayed': {
      const { parkedId, replayedAt, replayedBy } = event.data;
      settle(parkedId, { how: 'replayed', at: replayedAt, by: replayedBy });
      return;
    }
    case 'ParkedMessageDropped': {
      const { parkedId, droppedAt, droppedBy } = event.data;
      settle(parkedId, { how: 'dropped', at: droppedAt, by: droppedBy });
    }
  }

  function settle(parkedId: string, settled: NonNullable<ParkedEntry['settled']>): void {
    const entry = entries.get(parkedId);
    if (entry && !entry.settled) entries.set(parkedId, { ...entry, settled });
  }
}

const isMeant = (entry: ParkedEntry, { id, service, code, report }: ParkedFilter): boolean =>
  (id === undefined || entry.id === id) &&
  (service === undefined || entry.service === service) &&
  (code === undefined || entry.code === code) &&
  (report === undefined || entry.reportId === report);
