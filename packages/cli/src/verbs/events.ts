import { streamOf } from '@evidence/contracts';
import type { UnreadableEvent } from '@evidence/event-store';
import type { LogEvent } from '@evidence/event-store/log';
import { withEventStore } from '../event-store.js';
import { keyFacts, styleOf } from '../facts.js';
import { CommandFailure } from '../failure.js';
import { type Cell, columns, jsonLine } from '../output.js';
import type { Surroundings } from '../surroundings.js';

/** An event of a report, also an unreadable one, because a history with hidden gaps is misleading. */
type Recorded = LogEvent | UnreadableEvent;

/** `evidence events <report-id>`: the whole history of a report, and the holds on it, in the order of the log. */
export async function events(reportId: string, options: { json?: true }, surroundings: Surroundings): Promise<void> {
  const history = await withEventStore(surroundings, async (store) => {
    const found: Recorded[] = [];
    const onUnreadable = (event: UnreadableEvent): void => void found.push(event);
    for await (const event of store.readStream(streamOf.report(reportId), { onUnreadable })) found.push(event);
    const [first] = found;
    if (!first) throw new CommandFailure(`There is no report ${reportId}.`);
    const tenant = isUnreadable(first) ? first.tenant : first.metadata.tenant;
    if (tenant === undefined) return found;
    for await (const event of store.readStream(streamOf.tenant(tenant), { onUnreadable })) {
      if ('reportId' in event.data && event.data.reportId === reportId) found.push(event);
    }
    return found;
  });
  history.sort((a, b) => (a.position < b.position ? -1 : 1));
  const { stdout } = surroundings;
  stdout.write(options.json ? history.map((event) => jsonLine(documentOf(event))).join('') : tableOf(history, stdout));
}

const isUnreadable = (event: Recorded): event is UnreadableEvent => 'reason' in event;

function tableOf(history: readonly Recorded[], stdout: NodeJS.WriteStream): string {
  const heading = ['POSITION', 'WHEN', 'EVENT', 'WHO', 'WHAT'].map((text): Cell => ({ text, style: 'dim' }));
  return columns([heading, ...history.map(rowOf)], stdout);
}

function rowOf(event: Recorded): (string | Cell)[] {
  const { position, type } = event;
  if (isUnreadable(event)) {
    return [String(position), event.recordedAt, type, '', { text: `unreadable: ${event.reason}`, style: 'red' }];
  }
  const { occurredAt, actor } = event.metadata;
  return [String(position), occurredAt, { text: type, ...styleOf(event.type) }, actor, keyFacts(event)];
}

/** As the log has it. The position is text: it may be larger than a JSON number is exact. */
function documentOf(event: Recorded) {
  const { position, revision, id, stream, type, recordedAt, metadata } = event;
  const where = { position: String(position), revision: Number(revision), id, stream, type, recordedAt };
  return isUnreadable(event)
    ? { ...where, data: event.data, metadata, unreadable: event.reason }
    : { ...where, data: event.stored, metadata };
}
