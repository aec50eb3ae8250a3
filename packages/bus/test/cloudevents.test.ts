import type { ReportEventType } from '@evidence/contracts';
import { ContractError, envelop, newestSchemaOf, reportEventTypes } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { describe, expect, it } from 'vitest';
import { cloudEventOf, MESSAGE_BYTES_MAX, parseCloudEvent, subjectOfEvent } from '../src/cloudevents.js';
import { BusError } from '../src/errors.js';

function recorded(type: ReportEventType) {
  const { eventId, schema: _, ...provenance } = exampleMetadata();
  const data = exampleOf(type);
  const event = envelop(eventId, { type, data } as never, provenance);
  const place = {
    stream: `report-${data.reportId}`,
    revision: 3n,
    position: 1042n,
    recordedAt: '2026-05-22T10:35:00.000Z',
  };
  return { ...event, ...place, stored: event.data, type: type as string };
}

const ready = cloudEventOf(recorded('ReportReady'), 'renderer');
const subject = subjectOfEvent(ready);
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('a CloudEvent', () => {
  it.each(reportEventTypes)('carries %s and is read back unchanged', (type) => {
    const event = cloudEventOf(recorded(type), 'gateway');
    expect(event).toMatchObject({
      type: newestSchemaOf(type),
      source: '/evidence-reports/gateway',
      position: '1042',
      data: exampleOf(type),
    });
    expect(event.dataschema).toMatch(new RegExp(`/${newestSchemaOf(type)}.json$`));
    expect(parseCloudEvent(bytes(event), subjectOfEvent(event))).toEqual(event);
  });

  it('carries the trace of its event, if there is one', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const event = recorded('ReportReady');
    const traced = { ...event, metadata: { ...event.metadata, traceparent, tracestate: 'vendor=1' } };
    expect(cloudEventOf(traced, 'renderer')).toMatchObject({ traceparent, tracestate: 'vendor=1' });
    expect(ready).not.toHaveProperty('traceparent');
  });
});

describe('parseCloudEvent refuses', () => {
  it.each([
    ['an empty body', new Uint8Array()],
    ['a body that is not JSON', new TextEncoder().encode('{')],
    ['a body that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['more bytes than allowed', new Uint8Array(MESSAGE_BYTES_MAX + 1).fill(0x20)],
    ['an event of another tenant than in the subject', bytes({ ...ready, tenant: 'other' })],
    ['an event of another report than in the subject', bytes({ ...ready, subject: 'rpt_2026_other' })],
    ['an event of another type than in the subject', bytes({ ...ready, type: 'ReportMapped.v1' })],
    ['an unknown version', bytes({ ...ready, type: 'ReportReady.v2' })],
  ])('%s', (_, body) => {
    expect(refusalOf(body)).toMatchObject({ code: 'message_unreadable' });
    expect(refusalOf(body)).toBeInstanceOf(BusError);
  });

  it.each([
    ['null', null],
    ['an envelope that breaks its contract', { ...ready, specversion: '0.3' }],
    ['a member that is not in the contract', { ...ready, extra: true }],
    ['data that breaks its own contract', { ...ready, data: { ...ready.data, readyAt: 'yesterday' } }],
  ])('%s', (_, event) => {
    expect(refusalOf(bytes(event))).toBeInstanceOf(ContractError);
  });
});

function refusalOf(body: Uint8Array): unknown {
  try {
    return parseCloudEvent(body, subject);
  } catch (error) {
    return error;
  }
}
