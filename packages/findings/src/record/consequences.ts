import { envelop, type Provenance, type ScanRecorded, streamOf } from '@evidence/contracts';
import { derivedEventId, execute, isLostRace, type NewEvent, type RecordedEvent } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { type FindingCommand, findingStatusDecider } from '../finding-status.js';
import type { Comparison, Reopening } from '../weaknesses/comparison.js';

/** How often a stream is read again because another writer was faster. */
const ATTEMPTS_MAX = 5;

/** Reopens the weaknesses that were marked fixed before the run and that the run saw again. Repeating it has no effect. */
export async function reopen(
  store: EventLog,
  tenant: string,
  { findingIds, scanId, ranAt: scanRanAt }: Reopening,
  provenance: Provenance,
): Promise<void> {
  const { occurredAt: changedAt, actor: changedBy } = provenance;
  for (const findingId of findingIds) {
    const data = { findingId, tenant, scanId, scanRanAt, changedAt, changedBy };
    await decide(store, { type: 'SeeAgain', data }, provenance);
  }
}

/** Resolves the weaknesses that the tenant's policy resolves because of this scan. Repeating it has no effect. */
export async function resolve(
  store: EventLog,
  { scanId, tenant, startedAt: scanRanAt }: ScanRecorded,
  { resolved }: Comparison,
  provenance: Provenance,
): Promise<void> {
  if (scanRanAt === null) return;
  const { occurredAt: changedAt, actor: changedBy } = provenance;
  for (const [findingId, scans] of resolved) {
    const data = { findingId, tenant, scanId, scanRanAt, scans, changedAt, changedBy };
    await decide(store, { type: 'ResolveUnseen', data }, provenance);
  }
}

/** Supersedes the copies of the run that do not count. Repeating it has no effect. */
export async function supersede(store: EventLog, { copies }: Comparison, provenance: Provenance): Promise<void> {
  for (const { loser, winner } of copies) {
    const { scanId, tenant, endpointId, copy, seen: findings } = loser;
    const by = winner.scanId;
    const data = {
      ...{ scanId, tenant, endpointId, by, findings, supersededAt: provenance.occurredAt },
      ...(copy && { copy }),
    };
    const id = derivedEventId(`${scanId}/${by}`, 'ScanSuperseded');
    await appendAtEnd(store, streamOf.scan(scanId), envelop(id, { type: 'ScanSuperseded', data }, provenance));
  }
}

/** Appends the event unless it is already the last one of the stream. */
async function appendAtEnd(store: EventLog, stream: string, event: NewEvent): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    let last: RecordedEvent | undefined;
    for await (const recorded of store.readStream(stream, { direction: 'backwards', limit: 1 })) last = recorded;
    if (last?.id === event.id) return;
    try {
      await store.append(stream, last?.revision ?? 'no_stream', [event]);
      return;
    } catch (error) {
      if (!isLostRace(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

async function decide(store: EventLog, command: FindingCommand, provenance: Provenance): Promise<void> {
  const { findingId } = command.data;
  await execute({
    store,
    stream: streamOf.finding(findingId),
    decider: findingStatusDecider,
    command,
    describe: (event) =>
      envelop(derivedEventId(`${provenance.causationId}/${findingId}`, event.type), event, provenance),
  });
}
