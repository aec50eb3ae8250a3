import { redrive as redriveOn } from '@evidence/bus';
import { connectTo } from '../bus.js';
import { withEventStore } from '../event-store.js';
import { CommandFailure } from '../failure.js';
import type { Surroundings } from '../surroundings.js';
import { natsServer } from '../system.js';

/**
 * `evidence redrive <report-id>`: publishes again the last event of the report that a stage continues from, because its message was lost on
 * the bus. Work that was already done is not repeated.
 */
export async function redrive(reportId: string, surroundings: Surroundings): Promise<void> {
  const connection = await connectTo(await natsServer(surroundings), 'evidence redrive');
  try {
    const type = await withEventStore(surroundings, (store) => redriveOn(store, connection, reportId));
    if (!type)
      throw new CommandFailure(
        `Report ${reportId} has ended, or was never requested, so there is nothing to publish again.`,
      );
    surroundings.stdout.write(`${type} of ${reportId} was published again.\n`);
  } finally {
    await connection.close();
  }
}
