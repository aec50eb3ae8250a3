import type { Position } from '@evidence/event-store';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureReportsStream } from './stream.js';
import { CHECKPOINTS_BUCKET, type Service } from './subjects.js';

interface Saved {
  readonly position: string;
  /** The instant at which the stream was created that the position was published to. */
  readonly streamCreatedAt: string;
}

/** How far a relay has published, kept where it publishes to. */
export interface Checkpoint {
  /** The last position published; undefined: nothing, start at the beginning. */
  readonly position: Position | undefined;
  save(position: Position): Promise<void>;
}

/**
 * The service's checkpoint for the stream as it is now. It stands in a JetStream bucket together with the stream's instant of
 * creation: when the stream was made anew since (NATS lost its files), what was published is gone with it, the checkpoint is
 * void, and the relay publishes everything again. Consumers are idempotent, so that a publish too many costs nothing and a
 * publish too few would lose a report.
 */
export async function openCheckpoint(nc: NatsConnection, service: Service): Promise<Checkpoint> {
  const { created: streamCreatedAt } = await ensureReportsStream(nc);
  const bucket = await new Kvm(nc).create(CHECKPOINTS_BUCKET, { history: 1 });
  return {
    position: await savedPosition(bucket, service, streamCreatedAt),
    async save(position) {
      const saved: Saved = { position: String(position), streamCreatedAt };
      await bucket.put(service, JSON.stringify(saved));
    },
  };
}

async function savedPosition(bucket: KV, service: Service, streamCreatedAt: string): Promise<Position | undefined> {
  const entry = await bucket.get(service);
  if (entry?.operation !== 'PUT') return undefined;
  const saved = entry.json<Saved>();
  return saved.streamCreatedAt === streamCreatedAt ? BigInt(saved.position) : undefined;
}
