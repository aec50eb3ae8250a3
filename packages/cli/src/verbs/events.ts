import { type EventMetadata, type EventOf, type EventType, isEventType, streamOf } from '@evidence/contracts';
import type { RecordedEvent } from '@evidence/event-store';
import { withEventStore } from '../event-store.js';
import { keyFacts, styleOf } from '../facts.js';
import { CommandFailure } from '../failure.js';
import { type Cell, columns, jsonLine } from '../output.js';
import type { Surroundings } from '../surroundings.js';

/** `evidence events <report-id>`: the whole history of a report, and the holds on it, in the order of the log. */
export async function events(reportId: string, options: { json?: true }, surroundings: Surroundings): Promise<void> {
  const history = await withEventStore(surroundings, async (store) => {
    const own = await Array.fromAsync(store.readStream(streamOf.report(reportId)));
    const [first] = own;
    if (!first) throw new CommandFailure(`There is no report ${reportId}.`);
    const { tenant } = first.metadata as EventMetadata;
    const holds = await Array.fromAsync(store.readStream(streamOf.tenant(tenant)));
    return [...own, ...holds.filter((event) => (event.data as { reportId?: string }).reportId === reportId)];
  });
  history.sort((a, b) => (a.position < b.position ? -1 : 1));
  const { stdout } = surroundings;
  stdout.write(options.json ? history.map((event) => jsonLine(documentOf(event))).join('') : tableOf(history, stdout));
}

function tableOf(history: readonly RecordedEvent[], stdout: NodeJS.WriteStream): string {
  const heading = ['POSITION', 'WHEN', 'EVENT', 'WHO', 'WHAT'].map((text): Cell => ({ text, style: 'dim' }));
  return columns([heading, ...history.map(rowOf)], stdout);
}

function rowOf({ position, type, data, metadata }: RecordedEvent): (string | Cell)[] {
  const { occurredAt, actor } = metadata as EventMetadata;
  if (!isEventType(type)) return [String(position), occurredAt, type, actor];
  const event = { type, data } as EventOf<EventType>;
  return [String(position), occurredAt, { text: type, ...styleOf(type) }, actor, keyFacts(event)];
}

/** As the log has it. The position is text: it may be larger than a JSON number is exact. */
function documentOf({ position, revision, id, stream, type, recordedAt, data, metadata }: RecordedEvent) {
  return { position: String(position), revision: Number(revision), id, stream, type, recordedAt, data, metadata };
}
