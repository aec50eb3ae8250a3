import { eventually } from '@evidence/testkit';
import { expect, it } from 'vitest';
import { openMessages, World } from './world.js';

it('distributes messages that arrive one by one between two instances, whatever their concurrency', async () => {
  const world = await World.open();
  const gateway = await world.gateway();
  const handledBy: string[] = [];
  for (const instance of ['one', 'two'])
    await world.service('scoping', 'ReportRequested', async () => void handledBy.push(instance), { concurrency: 16 });
  for (let n = 0; n < 12; n++) {
    await world.request(n);
    await eventually(async () => {
      expect(handledBy).toHaveLength(n + 1);
      expect(await openMessages(gateway.nc, 'scoping')).toBe(0);
    });
  }
  for (const instance of ['one', 'two'])
    expect(handledBy.filter((by) => by === instance).length).toBeGreaterThanOrEqual(4);
});
