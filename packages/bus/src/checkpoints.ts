import type { Mark, Position } from '@evidence/event-store';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { openBucket } from './provision.js';
import { ensureReportsStream } from './stream.js';
import { CHECKPOINTS_BUCKET, type Service } from './subjects.js';

interface Saved extends Pick<Mark, 'stream' | 'recordedAt'> {
  /** Absent in checkpoints that earlier builds saved. */
  readonly id?: string;
  readonly position: string;
  readonly revision: string;
  /** When the stream that the event was published to was created. */
  readonly streamCreatedAt: string;
  /** The part of the past that is still to be published along with new events; absent: none. */
  readonly past?: { readonly after?: string; readonly until: string };
}

/** The part of the past that is still to be published: after `after`, or from the beginning, up to and including `until`. */
export interface Past {
  readonly after?: Position;
  readonly until: Position;
}

/** How far a relay has published, stored on the server that it publishes to. */
export interface Checkpoint {
  /** The event up to which everything is published; undefined: nothing is, start at the beginning. */
  readonly mark: Mark | undefined;
  /** The part before it that is not published yet. */
  readonly past: Past | undefined;
  save(mark: Mark, past?: Past): Promise<void>;
  /** Makes the next start begin at the beginning of the log. */
  forget(): Promise<void>;
}

/**
 * The service's checkpoint for the current stream. It is kept in a JetStream bucket together with the stream's creation time: if the stream was
 * recreated since (NATS lost its files), the published events are gone with it, the checkpoint is void, and the relay publishes everything again.
 * Consumers are idempotent: publishing an event twice costs nothing, but not publishing it would lose a report.
 */
export async function openCheckpoint(nc: NatsConnection, service: Service): Promise<Checkpoint> {
  const { created: streamCreatedAt } = await ensureReportsStream(nc);
  const bucket = await openBucket(nc, CHECKPOINTS_BUCKET);
  return {
    ...(await savedIn(bucket, service, streamCreatedAt)),
    async save({ id, stream, recordedAt, position, revision }, past) {
      const [at, nth] = [String(position), String(revision)];
      const mark = { id, stream, recordedAt, position: at, revision: nth };
      const saved: Saved = { ...mark, streamCreatedAt, ...(past && { past: pastText(past) }) };
      await bucket.put(service, JSON.stringify(saved));
    },
    forget: () => bucket.delete(service),
  };
}

/** Makes the relays of all services publish the log from its beginning; a running relay does so once it reopens its checkpoint. Rejects when NATS does not respond. */
export async function forgetCheckpoints(nc: NatsConnection, services: readonly Service[]): Promise<void> {
  const bucket = await openBucket(nc, CHECKPOINTS_BUCKET);
  for (const service of services) await bucket.delete(service);
}

async function savedIn(
  bucket: KV,
  service: Service,
  streamCreatedAt: string,
): Promise<Pick<Checkpoint, 'mark' | 'past'>> {
  const entry = await bucket.get(service);
  const saved = entry?.operation === 'PUT' ? entry.json<Saved>() : undefined;
  // An earlier build saved a position without the event. It is not known which event is there, so everything is published again.
  if (saved?.streamCreatedAt !== streamCreatedAt || saved.id === undefined) return { mark: undefined, past: undefined };
  const { id, stream, recordedAt, position, revision, past } = saved;
  const mark = { id, stream, recordedAt, position: BigInt(position), revision: BigInt(revision) };
  return { mark, past: past && pastIn(past) };
}

const pastText = ({ after, until }: Past): Exclude<Saved['past'], undefined> => ({
  ...(after !== undefined && { after: String(after) }),
  until: String(until),
});

const pastIn = ({ after, until }: Exclude<Saved['past'], undefined>): Past => ({
  ...(after !== undefined && { after: BigInt(after) }),
  until: BigInt(until),
});
