import { connectNats, parseCloudEvent, REPORTS_STREAM, REPORTS_SUBJECTS, type ReportCloudEvent } from '@evidence/bus';
import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { type ConsumerMessages, DeliverPolicy, JetStreamApiError, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { keyFacts, styleOf } from '../facts.js';
import { CommandFailure } from '../failure.js';
import { jsonLine, lineOf } from '../output.js';
import { type Surroundings, withoutPassword } from '../surroundings.js';
import { natsServer, shownServer } from '../system.js';
import { tenantSlug } from '../values.js';

/** The whole time an operator waits for a server that is not there. */
const CONNECT_DEADLINE_MS = 5_000;
/**
 * After the server was away, the re-made consumer delivers one message and then rests until two heartbeats are missed: by
 * default half a minute (@nats-io/jetstream 3.4.0 and nats-server 2.10.27, seen 2026-11-23).
 */
const HEARTBEAT_MS = 1_000;
const PULL_EXPIRES_MS = 10_000;
/** When, tenant, report, event, who; a wider one moves the rest of its line only. */
const WIDTHS = [24, 8, 35, 16, 20];

interface TailOptions {
  readonly tenant?: string;
  readonly json?: true;
}

/** `evidence tail`: what happens to reports from now on, until Ctrl-C. A lost connection is re-made and nothing is left out. */
export async function tail(options: TailOptions, surroundings: Surroundings): Promise<void> {
  const subject = subjectOf(options.tenant);
  const server = await natsServer(surroundings);
  const connection = await connect(server.url);
  try {
    const messages = await follow(connection, subject);
    const stop = () => messages.stop();
    process.on('SIGINT', stop).on('SIGTERM', stop);
    surroundings.stderr.write(`Following ${subject} at ${shownServer(server)}; Ctrl-C ends.\n`);
    for await (const message of messages) show(message, options, surroundings);
  } finally {
    await connection.close();
  }
}

/** All reports, or all of one tenant. */
const subjectOf = (tenant: string | undefined): string =>
  tenant === undefined ? REPORTS_SUBJECTS : REPORTS_SUBJECTS.replace('>', `${tenantSlug(tenant)}.>`);

async function connect(url: string): Promise<NatsConnection> {
  try {
    return await connectNats({ servers: url.split(','), name: 'evidence tail', deadlineMs: CONNECT_DEADLINE_MS });
  } catch (cause) {
    const message = `NATS at ${withoutPassword(url)} cannot be reached: run \`npm start\`, or set NATS_URL.`;
    throw new CommandFailure(message, { cause });
  }
}

/** An ordered consumer: the server forgets it when we go, and it is re-made where it was when the connection was lost. */
async function follow(connection: NatsConnection, subject: string): Promise<ConsumerMessages> {
  try {
    const ordered = { filter_subjects: subject, deliver_policy: DeliverPolicy.New };
    const consumer = await jetstream(connection).consumers.get(REPORTS_STREAM, ordered);
    return await consumer.consume({ expires: PULL_EXPIRES_MS, idle_heartbeat: HEARTBEAT_MS });
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError)) throw cause;
    const message = `NATS has no stream ${REPORTS_STREAM} to follow (${cause.message}): run \`npm start\`.`;
    throw new CommandFailure(message, { cause });
  }
}

function show(message: JsMsg, { json }: TailOptions, { stdout }: Surroundings): void {
  try {
    const event = parseCloudEvent(message.data, message.subject);
    stdout.write(json ? jsonLine(event) : lineOf(rowOf(event), WIDTHS, stdout));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const { subject, seq } = message;
    stdout.write(
      json ? jsonLine({ subject, seq, unreadable: problem }) : `${subject} #${seq} is unreadable: ${problem}\n`,
    );
  }
}

function rowOf(event: ReportCloudEvent) {
  const type = event.type.replace(/\.v1$/, '') as ReportEventType;
  const facts = keyFacts({ type, data: event.data } as ReportEvent);
  return [event.time, event.tenant, event.subject, { text: type, ...styleOf(type) }, event.actor, facts];
}
