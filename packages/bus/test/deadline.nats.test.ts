import { eventually } from '@evidence/testkit';
import { expect, it } from 'vitest';
import { openMessages, World } from './world.js';

it.each(['the handler', 'the question whether it is done'])(
  'delivers a message again after its deadline, when %s never answers',
  async (hanging) => {
    const world = await World.open();
    const deliveries: number[] = [];
    let asked = 0;
    const never = new Promise<never>(() => {});
    const isDone = (): boolean | Promise<boolean> => (hanging !== 'the handler' && asked++ === 0 ? never : false);
    const handle = async (_: unknown, { delivery }: { readonly delivery: number }): Promise<void> => {
      deliveries.push(delivery);
      if (hanging === 'the handler' && delivery === 1) await never;
    };
    const options = { isDone, deadlineMs: 200, concurrency: 1 };
    const { nc } = await world.service('scoping', 'ReportRequested', handle, options);
    await world.gateway();
    await world.request(1);
    await eventually(async () => {
      expect(deliveries.at(-1)).toBe(2);
      expect(await openMessages(nc, 'scoping')).toBe(0);
    });
  },
);
