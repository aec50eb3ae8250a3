import { setTimeout as pause } from 'node:timers/promises';
import { BusError, connectNats, provision } from '@evidence/bus/provision';
import type { NatsAccess } from '@evidence/runtime';
import { StartFailure } from './failure.js';

const RETRY_PAUSE_MS = 250;

export interface ProvisioningOptions {
  readonly servers: readonly string[];
  readonly access: NatsAccess;
  readonly say: (line: string) => void;
}

/**
 * Creates the stream and the buckets that the services use but may not create, and recreates them whenever NATS comes back without them: some
 * are in memory, and its files may have been deleted. Returns a function that ends this.
 *
 * @throws StartFailure `nats_server_failed` when the server refuses them.
 */
export async function keepProvisioned({ servers, access, say }: ProvisioningOptions): Promise<() => Promise<void>> {
  const nc = await connectNats({ servers, access, name: 'provisioning' });
  await provision(nc).catch(async (cause) => {
    await nc.close();
    if (!(cause instanceof BusError)) throw cause;
    throw new StartFailure('nats_server_failed', cause.message, { servers });
  });
  const again = async () => {
    for (let told = false; !nc.isClosed(); await pause(RETRY_PAUSE_MS)) {
      try {
        return await provision(nc);
      } catch (error) {
        if (!told)
          say(`NATS is back, but its streams cannot be created yet: ${error instanceof Error ? error.message : error}`);
        told = true;
      }
    }
  };
  void (async () => {
    for await (const { type } of nc.status()) if (type === 'reconnect') await again();
  })();
  return () => nc.close();
}
