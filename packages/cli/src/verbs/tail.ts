import { hearProgress, parseCloudEvent, REPORTS_STREAM, REPORTS_SUBJECTS, type ReportCloudEvent } from '@evidence/bus';
import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { type ConsumerMessages, DeliverPolicy, JetStreamApiError, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectTo } from '../bus.js';
import { keyFacts, styleOf } from '../facts.js';
import { CommandFailure } from '../failure.js';
import { jsonLine, lineOf } from '../output.js';
import { ProgressLine } from '../progress-line.js';
import type { Surroundings } from '../surroundings.js';
import { natsServer, shownServer } from '../system.js';
import { tenantSlug } from '../values.js';

/**
 * After the server was down, the recreated consumer delivers one message and then pauses until two heartbeats are missed: by
 * default half a minute (@nats-io/jetstream 3.4.0 and nats-server 2.10.27, seen 2026-11-23).
 */
const HEARTBEAT_MS = 1_000;
const PULL_EXPIRES_MS = 10_000;
/** Time, tenant, report, event, actor; a wider cell moves only the rest of its line. */
const WIDTHS = [24, 8, 35, 16, 20];

interface TailOptions {
  readonly tenant?: string;
  readonly json?: true;
}

/**
 * `evidence tail`: follows report events from now on, until Ctrl-C. After a lost connection it continues without gaps. On a terminal
 * the last line shows the progress of the running stage.
 */
export async function tail(options: TailOptions, surroundings: Surroundings): Promise<void> {
  const subject = subjectOf(options.tenant);
  const server = await natsServer(surroundings);
  const connection = await connectTo(server, 'evidence tail');
  using line = new ProgressLine(surroundings);
  try {
    const messages = await follow(connection, subject);
    hearProgress(connection, ({ tenant, reportId, stage, percent }) => {
      if (options.tenant === undefined || options.tenant === tenant) line.show(`${reportId} ${stage}`, percent, 100);
    });
    const stop = () => messages.stop();
    process.on('SIGINT', stop).on('SIGTERM', stop);
    surroundings.stderr.write(`Following ${subject} at ${shownServer(server)}; press Ctrl-C to stop.\n`);
    for await (const message of messages) {
      line.clear();
      show(message, options, surroundings);
    }
  } finally {
    await connection.close();
  }
}

/** All reports, or all of one tenant. */
const subjectOf = (tenant: string | undefined): string =>
  tenant === undefined ? REPORTS_SUBJECTS : REPORTS_SUBJECTS.replace('>', `${tenantSlug(tenant)}.>`);

/** An ordered consumer: the server forgets it when we leave, and after a lost connection it is recreated where it was. */
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
  const type = event.type.replace(/\.v\d+$/, '') as ReportEventType;
  const facts = keyFacts({ type, data: event.data } as ReportEvent);
  return [event.time, event.tenant, event.subject, { text: type, ...styleOf(type) }, event.actor, facts];
}
