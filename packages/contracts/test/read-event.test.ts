import { expect, test } from 'vitest';
import { exampleMetadata, exampleOf } from '../src/examples.js';
import { assertEventSchema, type EventType, newestSchemaOf, newestVersion, readEvent } from '../src/index.js';
import { spoilt } from './spoilt.js';

const types = Object.keys(newestVersion) as EventType[];
const metadataOf = (type: EventType) => ({ ...exampleMetadata(), schema: newestSchemaOf(type) });

test.each(types)('%s is read as it was written', (type) => {
  const metadata = metadataOf(type);
  expect(readEvent(type, exampleOf(type), metadata)).toEqual({
    kind: 'event',
    event: { type, data: exampleOf(type) },
    metadata,
  });
});

/** `value` with one more member in every object, as a later build might add it. */
const withLaterMember = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withLaterMember);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([name, member]) => [name, withLaterMember(member)]);
  return { ...Object.fromEntries(members), laterMember: 1 };
};

test.each(types)('%s keeps a member that a later build added', (type) => {
  // An object whose keys are data, such as counts by severity, never gets a new member.
  const data = { ...exampleOf(type), laterMember: { deep: [1] } };
  expect(readEvent(type, data, { ...metadataOf(type), laterMember: 'x' })).toMatchObject({
    kind: 'event',
    event: { data },
    metadata: { laterMember: 'x' },
  });
});

test.each(types)('%s is unreadable exactly if it could not have been appended', (type) => {
  const schema = newestSchemaOf(type);
  const isAppendable = (data: unknown) => {
    try {
      assertEventSchema(schema, data);
      return true;
    } catch {
      return false;
    }
  };
  for (const data of spoilt(exampleOf(type)))
    expect({ data, readable: readEvent(type, data, metadataOf(type)).kind === 'event' }).toEqual({
      data,
      readable: isAppendable(data),
    });
});

test('a later member is kept at any depth', () => {
  const data = withLaterMember(exampleOf('ReportRequested'));
  expect(readEvent('ReportRequested', data, metadataOf('ReportRequested'))).toMatchObject({ event: { data } });
});

test.each(['ReportReadyNotified', '$metadata', 'toString', ''])('the type "%s" is foreign', (type) => {
  expect(readEvent(type, {}, {})).toEqual({ kind: 'unknown_type' });
});

const ready = exampleOf('ReportReady');
test.each([
  ['a newer version', ready, { schema: 'ReportReady.v99' }, 'newer_version', /ReportReady\.v99/],
  ['a version that never was', ready, { schema: 'ReportReady.v0' }, 'contract_violated', /no such schema/],
  ['the schema of another type', ready, { schema: 'ReportFailed.v1' }, 'contract_violated', /ReportFailed\.v1/],
  ['metadata without an actor', ready, { actor: undefined }, 'contract_violated', /metadata/],
  ['data without a required member', { ...ready, reportId: undefined }, {}, 'contract_violated', /reportId/],
  ['a member of the wrong type', { ...ready, artifact: 'x' }, {}, 'contract_violated', /\/artifact/],
  ['no object at all', [], {}, 'contract_violated', /object/],
])('%s is unreadable, and the reason says why', (_, data, change, code, reason) => {
  const metadata = JSON.parse(JSON.stringify({ ...metadataOf('ReportReady'), ...change }));
  expect(readEvent('ReportReady', JSON.parse(JSON.stringify(data)), metadata)).toEqual({
    kind: 'unreadable',
    cause: { code, reason: expect.stringMatching(reason) },
  });
});

test('a request of the first version is read as the newest, with the deadline that applied then', () => {
  const { deadlineSeconds: _, ...first } = exampleOf('ReportRequested');
  const metadata = { ...metadataOf('ReportRequested'), schema: 'ReportRequested.v1' };
  expect(readEvent('ReportRequested', { ...first, laterMember: 1 }, metadata)).toEqual({
    kind: 'event',
    event: { type: 'ReportRequested', data: { ...first, laterMember: 1, deadlineSeconds: 900 } },
    metadata,
  });
});
