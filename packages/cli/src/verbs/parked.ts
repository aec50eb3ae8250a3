import { type MessageParked, streamOf } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { withEventStore } from '../event-store.js';
import { type Cell, columns, jsonLine } from '../output.js';
import type { Surroundings } from '../surroundings.js';

/** `evidence parked`: the messages that a service could never handle, oldest first. With `--json` also their bytes. */
export async function parked(options: { service?: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const messages = await withEventStore(surroundings, (store) => parkedIn(store, options.service));
  const { stdout } = surroundings;
  if (options.json) {
    for (const message of messages) stdout.write(jsonLine(message));
    return;
  }
  if (messages.length === 0) {
    stdout.write(`No messages are parked${options.service ? ` by ${options.service}` : ''}.\n`);
    return;
  }
  const heading = ['PARKED', 'SERVICE', 'TRIES', 'SEQUENCE', 'SUBJECT', 'WHY'].map(
    (text): Cell => ({ text, style: 'dim' }),
  );
  stdout.write(columns([heading, ...messages.map(rowOf)], stdout));
}

async function parkedIn(store: EventStore, service: string | undefined): Promise<MessageParked[]> {
  const events =
    service === undefined
      ? store.readAll({ filter: { typePrefixes: ['MessageParked'] } })
      : store.readStream(streamOf.parking(service));
  return Array.fromAsync(events, ({ data }) => data as MessageParked);
}

function rowOf({
  parkedAt,
  service,
  deliveries,
  streamSequence,
  subject,
  code,
  message,
}: MessageParked): (string | Cell)[] {
  const why: Cell = { text: `${code}: ${message}`, style: 'red' };
  return [parkedAt, service, String(deliveries), String(streamSequence), subject, why];
}
