import { type EventOf, envelop } from '@evidence/contracts';
import { derivedEventId } from '@evidence/event-store';
import { eventually } from '@evidence/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { cloudEventOf, type ReportCloudEvent } from '../src/cloudevents.js';
import { REPORTS_STREAM, subjectOf } from '../src/subjects.js';
import { openMessages, reportIdOf, TENANT, World } from './world.js';

const SUBJECT = subjectOf('ReportRequested', TENANT, reportIdOf(1));
const utf8 = (event: unknown) => new TextEncoder().encode(JSON.stringify(event));

/** A service that consumes requested reports, and an attacker who may publish. */
async function underAttack() {
  const world = await World.open();
  const nc = await world.connect();
  const heard: ReportCloudEvent[] = [];
  await world.service('scoping', 'ReportRequested', async (event) => void heard.push(event));
  const settled = () =>
    eventually(async () => {
      expect((await (await jetstreamManager(nc)).streams.info(REPORTS_STREAM)).state.messages).toBeGreaterThan(0);
      expect(await openMessages(nc, 'scoping')).toBe(0);
    });
  const publish = (body: Uint8Array | string, subject = SUBJECT, msgID?: string) =>
    jetstream(nc).publish(subject, body, msgID === undefined ? {} : { msgID });
  /** The request of report 1 as it would be published. */
  const genuine = async () => {
    const [requested] = await world.eventsOf(`report-${reportIdOf(1)}`);
    return cloudEventOf(requested!, 'gateway');
  };
  return { world, heard, publish, settled, genuine };
}

it('passes on the event as the store has it, even if a message has an altered position, content or envelope', async () => {
  const { world, heard, publish, settled, genuine } = await underAttack();
  await world.request(1);
  const event = await genuine();
  const altered = [
    { ...event, position: '0' },
    { ...event, position: '999999999999' },
    { ...event, data: { ...event.data, frameworks: [], scope: { endpointIds: ['ep_other'] } } },
    { ...event, data: null, time: 'never', actor: 'service:root', causationid: 7, extra: true },
    { id: event.id },
  ];
  for (const one of altered) await publish(utf8(one));
  await eventually(() => expect(heard).toHaveLength(altered.length));
  await settled();
  for (const one of heard) expect(one).toEqual(event);
  expect(await world.parked('scoping')).toEqual([]);
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
});

it('handles no garbage on the subject of a report, parks each message once, and the report continues', async () => {
  const { world, heard, publish, settled } = await underAttack();
  await world.request(1);
  const garbage = ['', '{', 'null', '7', '[]', '{"id":7}', Uint8Array.of(0xff, 0x00)];
  for (const body of [...garbage, ...garbage]) await publish(body);
  await eventually(async () => expect(await world.parked('scoping')).toHaveLength(garbage.length));
  await settled();
  expect(heard).toEqual([]);
  expect(new Set((await world.parked('scoping')).map(({ code }) => code))).toEqual(new Set(['message_unreadable']));
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
});

it('parks a message whose event is not in the store, or belongs to another report, tenant or type', async () => {
  const { world, heard, publish, settled, genuine } = await underAttack();
  await world.request(1);
  await world.request(2);
  const event = await genuine();
  const elsewhere = [
    [{ ...event, id: derivedEventId('attacker', 'ReportRequested') }, SUBJECT],
    [event, subjectOf('ReportRequested', TENANT, reportIdOf(2))],
    [event, subjectOf('ReportRequested', 'globex', reportIdOf(1))],
    [event, subjectOf('ReportRequested', TENANT, 'not-a-report')],
  ] as const;
  for (const [one, subject] of elsewhere) await publish(utf8(one), subject);
  await eventually(async () => expect(await world.parked('scoping')).toHaveLength(elsewhere.length));
  await settled();
  expect(heard).toEqual([]);
  for (const parked of await world.parked('scoping'))
    expect(parked).toMatchObject({ code: 'message_unproven', deliveries: 3 });
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
  expect(await world.reportTypes(2)).toEqual(['ReportRequested']);
});

it('waits for an event that reaches the store after its message', async () => {
  const { world, heard, publish, settled } = await underAttack();
  await publish(utf8({ id: derivedEventId(reportIdOf(1), 'ReportRequested') }));
  await world.request(1);
  await eventually(() => expect(heard.map(({ subject }) => subject)).toEqual([reportIdOf(1)]));
  await settled();
  expect(await world.parked('scoping')).toEqual([]);
});

it('publishes an event even if its id was already used by another message, which JetStream would drop as a duplicate', async () => {
  const { world, heard, publish, settled } = await underAttack();
  await publish('{', SUBJECT, derivedEventId(reportIdOf(1), 'ReportRequested'));
  await world.gateway();
  await world.request(1);
  await eventually(() => expect(heard.map(({ subject }) => subject)).toEqual([reportIdOf(1)]));
  await settled();
  expect(await world.parked('scoping')).toHaveLength(1);
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
});

it('parks a message again, once, when it fails after an operator has replayed it', async () => {
  const { world, publish, settled } = await underAttack();
  await publish('{');
  await eventually(async () => expect(await world.parked('scoping')).toHaveLength(1));
  const [parked] = await world.eventsOf('parking-scoping');
  const data = {
    parkedId: parked!.id,
    service: 'scoping',
    replayedAt: '2026-11-29T12:00:00.000Z',
    replayedBy: 'operator:me',
  };
  const provenance = {
    tenant: TENANT,
    correlationId: 'x',
    causationId: 'x',
    occurredAt: data.replayedAt,
    actor: data.replayedBy,
  };
  const replayed = { type: 'ParkedMessageReplayed', data } as EventOf<'ParkedMessageReplayed'>;
  await world.store.append('parking-scoping', 'any', [
    envelop(derivedEventId(parked!.id, 'replayed'), replayed, provenance),
  ]);
  for (const _ of [1, 2, 3]) await publish('{');
  await settled();
  const types = (await world.eventsOf('parking-scoping')).map(({ type }) => type);
  expect(types).toEqual(['MessageParked', 'ParkedMessageReplayed', 'MessageParked']);
});
