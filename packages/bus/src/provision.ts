import { JetStreamApiCodes, JetStreamApiError, StorageType } from '@nats-io/jetstream';
import { type KV, Kvm, type KvOptions } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { ifAllowed } from './allowed.js';
import { managerOf } from './connection.js';
import { BusError } from './errors.js';
import { ensureReportsStream } from './stream.js';
import { CHECKPOINTS_BUCKET, RATE_LIMITS_BUCKET } from './subjects.js';

export { connectNats } from './connection.js';
export { BusError };

/** An entry without writes for this long is dropped; by then its token buckets are full. */
const RATE_LIMIT_CELL_LIFE_MS = 60 * 60_000;

const buckets = {
  [CHECKPOINTS_BUCKET]: { history: 1 },
  /** In memory, because its contents matter only for some minutes. */
  [RATE_LIMITS_BUCKET]: { history: 1, storage: StorageType.Memory, ttl: RATE_LIMIT_CELL_LIFE_MS },
} as const satisfies Readonly<Record<string, Partial<KvOptions>>>;

export type Bucket = keyof typeof buckets;

/**
 * Creates the stream REPORTS and the buckets that the services use, or leaves them if they are as required. Run it once for an installation whose
 * services may not do so themselves, and again whenever NATS has lost its files. `replicas`: on how many servers of a cluster each is kept, 1 to 5;
 * default: existing ones keep their number. Throws `BusError`.
 */
export async function provision(nc: NatsConnection, replicas?: number): Promise<void> {
  if (replicas !== undefined) assertCluster(nc, replicas);
  await ifAllowed('the stream and the buckets', async () => {
    await ensureReportsStream(nc, replicas);
    for (const bucket of Object.keys(buckets) as Bucket[]) {
      await openBucket(nc, bucket);
      if (replicas !== undefined) await replicate(nc, bucket, replicas);
    }
  });
}

/** A server outside a cluster accepts any number for an existing stream, but keeps a single copy (2.10.27, 2026-11-30). */
function assertCluster({ info }: NatsConnection, replicas: number): void {
  if (replicas === 1 || info?.cluster !== undefined) return;
  const sentence = `The NATS server ${info?.server_name} is not in a cluster, so nothing can be kept on ${replicas} servers. Set NATS_URL to a cluster, or ask for 1.`;
  throw new BusError('stream_misconfigured', sentence, { replicas });
}

async function replicate(nc: NatsConnection, bucket: Bucket, replicas: number): Promise<void> {
  const { streams } = await managerOf(nc);
  const { config } = await streams.info(`KV_${bucket}`);
  if (config.num_replicas !== replicas) await streams.update(`KV_${bucket}`, { num_replicas: replicas });
}

/** Opens a bucket, and creates it if it is missing and we may. Throws `BusError` `not_provisioned`, and what NATS reports. */
export async function openBucket(nc: NatsConnection, bucket: Bucket, timeoutMs?: number): Promise<KV> {
  const timeout = timeoutMs === undefined ? {} : { timeout: timeoutMs };
  if (!(await isThere(nc, bucket)))
    await ifAllowed(`the bucket ${bucket}`, () => new Kvm(nc).create(bucket, { ...buckets[bucket], ...timeout }));
  return new Kvm(nc).open(bucket, { allow_direct: true, ...timeout });
}

async function isThere(nc: NatsConnection, bucket: string): Promise<boolean> {
  try {
    await (await managerOf(nc)).streams.info(`KV_${bucket}`);
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return false;
    throw error;
  }
}
