import { expect, test } from 'vitest';
import { given } from '../src/given.js';
import { type Decider, Refusal } from '../src/index.js';

type Lamp = { on: boolean };
type Command = { type: 'SwitchOn'; data: { by: string } };
type Event = { type: 'SwitchedOn'; data: { by: string } };

const lamp: Decider<Command, Lamp, Event> = {
  initialState: { on: false },
  evolve: () => ({ on: true }),
  decide({ data }, { on }) {
    if (data.by === 'ghost') throw new Refusal('NOBODY_THERE', 'Send somebody.');
    return on ? [] : [{ type: 'SwitchedOn', data }];
  },
};
const restless: typeof lamp = { ...lamp, decide: ({ data }) => [{ type: 'SwitchedOn', data }] };
const expectations = {
  equal: (actual: unknown, expected: unknown, because?: string) => expect(actual, because).toEqual(expected),
};
const switchOn: Command = { type: 'SwitchOn', data: { by: 'ada' } };
const switchedOn: Event = { type: 'SwitchedOn', data: { by: 'ada' } };

test('accepts a decider that produces events once and none on redelivery', () => {
  given(lamp, expectations)().when(switchOn).then(switchedOn);
  given(lamp, expectations)(switchedOn).when(switchOn).thenNothing();
  given(lamp, expectations)()
    .when({ type: 'SwitchOn', data: { by: 'ghost' } })
    .thenRefused('NOBODY_THERE');
});

test('rejects a decider that produces events again on redelivery', () => {
  expect(() => given(restless, expectations)().when(switchOn).then(switchedOn)).toThrow(/delivered twice/);
});

test('rejects a decider that does not refuse as expected', () => {
  expect(() => given(lamp, expectations)().when(switchOn).thenRefused('NOBODY_THERE')).toThrow();
});
