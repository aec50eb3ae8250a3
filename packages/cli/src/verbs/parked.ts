import { type EventOf, envelop, streamOf } from '@evidence/contracts';
import { derivedEventId } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { connectTo, publish } from '../bus.js';
import { withEventStore } from '../event-store.js';
import { CommandFailure, usageFailure } from '../failure.js';
import { LeftOut } from '../left-out.js';
import { type Cell, columns, count, jsonLine, printable } from '../output.js';
import { type ParkedEntry, type ParkedFilter, parkedEntries } from '../parking-desk.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { natsServer } from '../system.js';

type ListOptions = ParkedFilter & { readonly json?: true };
type SettleOptions = ParkedFilter & { readonly dryRun?: true };

/** `evidence parked`, `evidence parked list`: the messages that wait for an operator, oldest first. With `--json` also their bytes. */
export async function list(options: ListOptions, surroundings: Surroundings): Promise<void> {
  const messages = await withEventStore(surroundings, (store) => waiting(store, options, surroundings));
  const { stdout } = surroundings;
  if (options.json) {
    for (const message of messages) stdout.write(jsonLine(message));
    return;
  }
  if (messages.length === 0) {
    stdout.write(`No messages are parked${options.service ? ` by ${options.service}` : ''}.\n`);
    return;
  }
  const heading = ['PARKED', 'SERVICE', 'TRIES', 'ID', 'SUBJECT', 'WHY'].map((text): Cell => ({ text, style: 'dim' }));
  stdout.write(columns([heading, ...messages.map(rowOf)], stdout));
}

function rowOf({ parkedAt, service, deliveries, id, subject, code, message }: ParkedEntry): (string | Cell)[] {
  const why: Cell = { text: `${code}: ${message}`, style: 'red' };
  return [parkedAt, service, String(deliveries), id, subject, why];
}

/** `evidence parked show <id>`: one message with its body, whatever was done about it. */
export async function show(id: string, options: { json?: true }, surroundings: Surroundings): Promise<void> {
  const leftOut = new LeftOut();
  const [entry] = await withEventStore(surroundings, (store) => parkedEntries(store, { id }, leftOut));
  leftOut.tell(surroundings);
  if (!entry) throw new CommandFailure(`There is no parked message ${id}: see evidence parked list.`);
  const { stdout } = surroundings;
  if (options.json) {
    stdout.write(jsonLine(entry));
    return;
  }
  const { body, settled, ...facts } = entry;
  const rows = Object.entries(facts).map(([name, value]): [Cell, string] => [
    { text: name, style: 'dim' },
    String(value),
  ]);
  if (settled) rows.push([{ text: settled.how, style: 'dim' }, `${settled.at} by ${settled.by}`]);
  stdout.write(columns(rows, stdout));
  stdout.write(`\n${printable(Buffer.from(body, 'base64').toString('utf8'))}\n`);
}

/**
 * `evidence parked replay`: records who replays each message, then publishes it. Recording comes first, so that a message that fails again is
 * parked as a new entry and not mistaken for the existing one. `evidence redrive` repairs a replay that was interrupted in between.
 */
export async function replay(options: SettleOptions, surroundings: Surroundings): Promise<void> {
  requireChoice(options);
  const server = options.dryRun ? undefined : await natsServer(surroundings);
  const connection = server && (await connectTo(server, 'evidence parked replay'));
  try {
    await settle(options, surroundings, 'replayed', async (store, entry) => {
      const { id: parkedId, service, subject, body } = entry;
      const data = { parkedId, service, replayedAt: surroundings.now().toISOString(), replayedBy: operatorOf() };
      const id = await record(store, entry, { type: 'ParkedMessageReplayed', data }, data.replayedAt);
      if (connection) await publish(connection, { subject, body: Buffer.from(body, 'base64'), id });
    });
  } finally {
    await connection?.close();
  }
}

/** `evidence parked drop`: records who drops each message. Nothing is deleted; the message is no longer listed. */
export async function drop(options: SettleOptions, surroundings: Surroundings): Promise<void> {
  requireChoice(options);
  await settle(options, surroundings, 'dropped', async (store, entry) => {
    const { id: parkedId, service } = entry;
    const data = { parkedId, service, droppedAt: surroundings.now().toISOString(), droppedBy: operatorOf() };
    await record(store, entry, { type: 'ParkedMessageDropped', data }, data.droppedAt);
  });
}

/** A forgotten option must not settle all messages. */
function requireChoice({ id, service, code, report }: ParkedFilter): void {
  if ([id, service, code, report].every((one) => one === undefined))
    throw usageFailure('Choose the messages: give --id, --service, --code or --report.');
}

async function settle(
  options: SettleOptions,
  surroundings: Surroundings,
  done: 'replayed' | 'dropped',
  act: (store: EventLog, entry: ParkedEntry) => Promise<void>,
): Promise<void> {
  const { stdout } = surroundings;
  const entries = await withEventStore(surroundings, async (store) => {
    const chosen = await waiting(store, options, surroundings);
    if (options.dryRun) return chosen;
    for (const entry of chosen) await act(store, entry);
    return chosen;
  });
  for (const { id, service, subject, code } of entries)
    stdout.write(`${printable([id, service, code, subject].join('  '))}\n`);
  stdout.write(`${count(entries.length, 'message')} ${options.dryRun ? `would be ${done}` : done}.\n`);
}

async function waiting(store: EventLog, filter: ParkedFilter, surroundings: Surroundings): Promise<ParkedEntry[]> {
  const leftOut = new LeftOut();
  const entries = await parkedEntries(store, filter, leftOut);
  leftOut.tell(surroundings);
  return entries.filter(({ settled }) => settled === undefined);
}

type Settling = EventOf<'ParkedMessageReplayed' | 'ParkedMessageDropped'>;

/** The id is derived from the entry, so two operators at once, or one who retries, write it once. */
async function record(store: EventLog, entry: ParkedEntry, event: Settling, occurredAt: string): Promise<string> {
  const { id: parkedId, service, tenant, reportId } = entry;
  const stream = streamOf.parking(service);
  const id = derivedEventId(parkedId, event.type);
  const provenance = {
    tenant,
    correlationId: reportId ?? stream,
    causationId: parkedId,
    occurredAt,
    actor: operatorOf(),
  };
  await store.append(stream, 'any', [envelop(id, event, provenance)]);
  return id;
}
