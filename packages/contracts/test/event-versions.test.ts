import { expect, test } from 'vitest';
// @ts-expect-error: the generator is a script without types.
import { eventsModuleOf, eventTypesIn } from '../events.mjs';

const streams = { report: { name: 'report-{reportId}' }, audit: { name: 'audit-{tenant}' } };
const contract = (name: string, stream: string | undefined = 'report') => ({
  folder: 'events',
  name,
  schema: { title: name.split('.')[0], ...(stream && { 'x-stream': stream }) },
});

test('two versions of an event exist side by side: the newest has the plain name, the older one has its number', () => {
  const contracts = [
    contract('Made.v2'),
    contract('Made.v1'),
    contract('Gone.v1', 'audit'),
    contract('Envelope.v1', ''),
  ];
  const types = eventTypesIn(contracts, streams);
  expect(types).toMatchObject([
    { type: 'Gone', stream: 'audit', versions: [1] },
    { type: 'Made', stream: 'report', versions: [1, 2] },
  ]);
  expect(contracts.map(({ schema }) => schema.title)).toEqual(['Made', 'MadeV1', 'Gone', 'Envelope']);
  const written = eventsModuleOf(types, streams);
  expect(written).toContain(`'Made.v1': (data: MadeV1) => Made;`);
  expect(written).toContain('Made: 2,');
  expect(written).toContain(`report: ['Made'],`);
  expect(written).toMatch(/audit: \(tenant: string\) => `audit-\$\{tenant\}`,/);
});

test.each([
  ['a missing version', [contract('Made.v1'), contract('Made.v3')], /keep every version/],
  ['a stream that is not described', [contract('Made.v1', 'nowhere')], /no stream "nowhere"/],
  ['versions in two streams', [contract('Made.v1'), contract('Made.v2', 'audit')], /the same stream/],
  ['a file with another name', [contract('made')], /<Type>\.v<number>/],
])('%s stops the generator', (_, contracts, sentence) => {
  expect(() => eventTypesIn(contracts, streams)).toThrow(sentence);
});
