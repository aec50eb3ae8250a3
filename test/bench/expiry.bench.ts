import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventData, type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { openEventLog } from '@evidence/event-store/log';
import { eventually, startStack } from '@evidence/testkit';

const REPORTS = 3_000;
/** The tenant of all reports. Each report has four files of its own. */
const TENANT = 'bench';

/** The time from when all reports are due until all are expired and their bytes are removed, with a real store and disk. */
async function bench(): Promise<object> {
  await using stack = await startStack();
  const store = openEventLog(stack.openStoreUrl, () => new Date());
  const folder = join(stack.dataDir, 'artifacts', TENANT);
  const filesLeft = async (): Promise<number> =>
    (await readdir(folder, { recursive: true })).filter((name) => name.length > 60).length;
  try {
    const readyAt = new Date().toISOString();
    const prepared = Array.from({ length: REPORTS }, (_, index) => reportOf(index));
    for (const { blobs } of prepared) {
      for (const { sha256, bytes } of blobs) {
        await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true });
        await writeFile(join(folder, sha256.slice(0, 2), sha256), bytes);
      }
    }
    // A floor keeps the reports although their retention has ended; when it is removed, all are due at once.
    await store.append(streamOf.tenant(TENANT), 'no_stream', [floorOf(86_400)]);
    for (let from = 0; from < REPORTS; from += 100)
      await Promise.all(
        prepared.slice(from, from + 100).map(({ reportId, eventsOf }) =>
          store.append(
            streamOf.report(reportId),
            'no_stream',
            eventsOf(readyAt).map((event) => envelopOf(reportId, event)),
          ),
        ),
      );
    const { position: head } = await store.append(streamOf.tenant(TENANT), 'any', [floorOf(0)]);
    const started = performance.now();
    const expired = new Map<string, number>();
    const stop = AbortSignal.timeout(120_000);
    const filter = { types: ['ReportExpired'] };
    for await (const batch of store.subscribe({ after: head, filter, signal: stop })) {
      for (const delivery of batch)
        if (delivery.kind === 'event' && delivery.event.type === 'ReportExpired')
          expired.set(delivery.event.data.reportId, performance.now() - started);
      if (expired.size === REPORTS) break;
    }
    const expiredMs = Math.max(...expired.values());
    await eventually(
      async () => {
        const left = await filesLeft();
        if (left > 0) throw new Error(`${left} files are left`);
      },
      { timeoutMs: 120_000 },
    );
    const prunedMs = performance.now() - started;
    console.log(`${REPORTS} reports due at once, four files each:`);
    console.log(
      `  all ${expired.size} expired after ${(expiredMs / 1000).toFixed(2)} s, all pruned after ${(prunedMs / 1000).toFixed(2)} s`,
    );
    return { reports: expired.size, expiredMs, prunedMs };
  } finally {
    await store.close();
  }
}

interface Prepared {
  readonly reportId: string;
  readonly blobs: readonly { readonly sha256: string; readonly bytes: Buffer }[];
  readonly eventsOf: (readyAt: string) => readonly EventOf<EventType>[];
}

function reportOf(index: number): Prepared {
  const reportId = `rpt_2026_${String(index).padStart(26, '0')}`;
  const blobs = ['scope', 'mapping', 'artifact', 'attestation'].map((what) => {
    const bytes = Buffer.from(`${what} of ${reportId}`);
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const [scope, mapping, artifact, attestation] = blobs.map(({ sha256, bytes }) => ({
    sha256,
    sizeBytes: bytes.length,
    mediaType: 'application/json',
  }));
  const eventOf = <T extends EventType>(type: T, changes: Partial<EventData[T]>) =>
    ({ type, data: { ...exampleOf(type), reportId, ...changes } }) as unknown as EventOf<EventType>;
  return {
    reportId,
    blobs,
    eventsOf: (readyAt) => [
      eventOf('ReportRequested', { tenant: TENANT, requestedAt: readyAt }),
      eventOf('ReportStarted', {}),
      eventOf('ReportScoped', { ...(scope && { snapshot: scope }) }),
      eventOf('ReportMapped', { ...(mapping && { snapshot: mapping }) }),
      eventOf('ReportReady', {
        readyAt,
        expiresAt: readyAt,
        ...(artifact && { artifact }),
        ...(attestation && { attestation }),
      }),
    ],
  };
}

const floorOf = (floorSeconds: number) =>
  envelopOf(TENANT, {
    type: 'RetentionFloorSet',
    data: { ...exampleOf('RetentionFloorSet'), tenant: TENANT, floorSeconds },
  });

function envelopOf(reportId: string, event: EventOf<EventType>) {
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  const id = randomUUID();
  const about = { tenant: TENANT, correlationId: reportId, occurredAt: new Date().toISOString() };
  return envelop(id, event, { ...provenance, ...about });
}

console.log(JSON.stringify({ bench: 'expiry', ...(await bench()) }));
