import { consumingServices, forgetCheckpoints } from '@evidence/bus';
import type { Position, RecordedEvent, UnreadableEvent } from '@evidence/event-store';
import type { EventLog, LogEvent } from '@evidence/event-store/log';
import { connectTo } from '../bus.js';
import { withEventStore } from '../event-store.js';
import { CommandFailure, EXIT, usageFailure } from '../failure.js';
import { type Cell, jsonLine, lineOf, printable } from '../output.js';
import { ProgressLine } from '../progress-line.js';
import type { Surroundings } from '../surroundings.js';
import { natsServer } from '../system.js';

/** Position, stream, type, code; a wider one moves the rest of its line only. */
const WIDTHS = [10, 41, 20, 17];
/** The largest position of a store: 64 bits, signed. */
const POSITION_MAX = 2n ** 63n - 1n;

/**
 * `evidence log check`: reads the whole log and lists every event that this build cannot read. Ignores events of foreign types.
 * Returns the exit code: 1 if there are any.
 */
export async function check(options: { json?: true }, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  using line = new ProgressLine(surroundings);
  let unreadable = 0;
  const onUnreadable = (event: UnreadableEvent): void => {
    unreadable += 1;
    line.clear();
    stdout.write(options.json ? jsonLine(documentOf(event)) : rowsOf(event, unreadable === 1, stdout));
  };
  let readable = 0;
  await withEventStore(surroundings, async (store) => {
    const head = (await store.head()) ?? 0n;
    for await (const { position } of store.readAll({ onUnreadable })) {
      readable += 1;
      line.show('Reading', Number(position), Number(head));
    }
  });
  line.clear();
  stderr.write(`${readable + unreadable} events checked; ${unreadable} cannot be read.\n`);
  return unreadable === 0 ? EXIT.ok : EXIT.failure;
}

function documentOf({ position, stream, revision, type, id, recordedAt, code, reason, tenant }: UnreadableEvent) {
  const where = { position: String(position), stream, revision: Number(revision), type, id, recorded_at: recordedAt };
  return { ...where, code, reason, tenant: tenant ?? null };
}

function rowsOf(event: UnreadableEvent, isFirst: boolean, stdout: NodeJS.WriteStream): string {
  const heading = ['POSITION', 'STREAM', 'TYPE', 'CODE', 'REASON'].map((text): Cell => ({ text, style: 'dim' }));
  const { position, stream, type, code, reason } = event;
  const row = lineOf([String(position), stream, type, code, { text: reason, style: 'red' }], WIDTHS, stdout);
  return isFirst ? lineOf(heading, WIDTHS, stdout) + row : row;
}

type Stored = LogEvent | RecordedEvent | UnreadableEvent;

/**
 * `evidence log show <position>`: data and metadata of one event as they are stored, readable or not, one line each. What is not JSON is
 * written byte for byte, except to a terminal. The event's stream, and whether it can be read, goes to standard error.
 */
export async function show(text: string, options: { json?: true }, surroundings: Surroundings): Promise<void> {
  const position = positionOf(text);
  const found = await withEventStore(surroundings, (store) => eventAt(store, position));
  if (!found) throw new CommandFailure(`The log has no event at position ${position}: see evidence log check.`);
  const { stdout, stderr } = surroundings;
  const { stream, revision, type, id, recordedAt, metadata } = found;
  const data = 'stored' in found ? found.stored : found.data;
  if (options.json) {
    const where = { position: String(position), stream, revision: Number(revision), type, id, recorded_at: recordedAt };
    stdout.write(jsonLine({ ...where, ...shownAs('data', data), ...shownAs('metadata', metadata) }));
    return;
  }
  const verdict = 'reason' in found ? ` It cannot be read: ${found.reason}` : '';
  const where = `${type} ${id}, revision ${revision} of ${stream}, recorded at ${recordedAt}.`;
  stderr.write(`${printable(where)}${printable(verdict)}\n`);
  for (const part of [data, metadata]) {
    if (!(part instanceof Uint8Array)) stdout.write(`${JSON.stringify(part)}\n`);
    else if (stdout.isTTY) stdout.write(`${printable(new TextDecoder().decode(part))}\n`);
    else stdout.write(Buffer.concat([part, Buffer.from('\n')]));
  }
}

function positionOf(text: string): Position {
  if (/^[0-9]{1,19}$/.test(text) && BigInt(text) <= POSITION_MAX) return BigInt(text);
  throw usageFailure(
    `"${text}" is not a log position: use a whole number, such as those that evidence log check lists.`,
  );
}

const shownAs = (name: string, part: unknown) =>
  part instanceof Uint8Array ? { [`${name}_base64`]: Buffer.from(part).toString('base64') } : { [name]: part };

/** Positions cannot be computed, so this reads on from the event before. */
async function eventAt(store: EventLog, position: Position): Promise<Stored | undefined> {
  const before = await firstOf(store, { direction: 'backwards', from: position });
  const found = await firstOf(store, before === undefined ? {} : { from: before.position });
  return found?.position === position ? found : undefined;
}

async function firstOf(
  store: EventLog,
  where: { readonly direction?: 'backwards'; readonly from?: Position },
): Promise<Stored | undefined> {
  let found: Stored | undefined;
  const take = (event: Stored): void => {
    found ??= event;
  };
  for await (const event of store.readAll({ ...where, limit: 1, onForeign: take, onUnreadable: take })) take(event);
  return found;
}

/**
 * `evidence log adopt`: for a log that is the right one although it has no event in common with the bus. The relays forget what they have published;
 * each starts again at the beginning of the log within seconds. Consumers ignore events that they already know.
 */
export async function adopt(surroundings: Surroundings): Promise<void> {
  const connection = await connectTo(await natsServer(surroundings), 'evidence log adopt');
  try {
    await forgetCheckpoints(connection, ['gateway', ...consumingServices]);
    surroundings.stdout.write(
      'Services that were waiting for this now publish the log from its beginning; the others do so after their next start.\n',
    );
  } finally {
    await connection.close();
  }
}
