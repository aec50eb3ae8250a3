import { randomUUID } from 'node:crypto';
import { type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, START } from '../../gateway-under-test.js';

const KNOWN = 200;
const INSERTED = 1_000;
const PAGE = 5;
const PAGES = KNOWN / PAGE;

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

async function append<Type extends EventType>(
  { store }: GatewayUnderTest,
  stream: string,
  event: EventOf<Type>,
): Promise<void> {
  const about = { tenant: 'acme', correlationId: stream, causationId: stream, occurredAt: START, actor: 'token:x' };
  await store.append(stream, 'any', [envelop(randomUUID(), event, about)]);
}

async function requested(gateway: GatewayUnderTest, index: number): Promise<string> {
  const reportId = `rpt_2026_${String(index).padStart(26, '0')}`;
  const data = { ...exampleOf('ReportRequested'), reportId, tenant: 'acme' };
  await append(gateway, streamOf.report(reportId), { type: 'ReportRequested', data });
  return reportId;
}

/** Discovered at any time of a year: many before the place that the paging has reached, and many after it. */
async function recorded(gateway: GatewayUnderTest, index: number): Promise<string> {
  const findingId = `fnd_${index}`;
  const discoveredAt = new Date(Date.parse(START) - ((index * 7_919) % 365) * 86_400_000).toISOString();
  const data = { ...exampleOf('FindingRecorded'), findingId, tenant: 'acme', discoveredAt };
  await append(gateway, streamOf.scan(data.scanId), { type: 'FindingRecorded', data });
  return findingId;
}

const LISTS = { reports: requested, findings: recorded } as const;

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

async function insert(gateway: GatewayUnderTest, list: keyof typeof LISTS, from: number, to: number) {
  return Promise.all(range(from, to).map((index) => LISTS[list](gateway, index)));
}

async function walk(gateway: GatewayUnderTest, list: string, onPage: () => void = () => undefined): Promise<string[]> {
  const walked: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { json } = await gateway.call<Page>(`/api/v2/${list}?limit=${PAGE}${query}`);
    walked.push(...json.data.map(({ id }) => id));
    cursor = json.next_cursor;
    onPage();
  }
  return walked;
}

test.each(['reports', 'findings'] as const)(
  'paging over %s during 1,000 concurrent inserts skips and repeats none',
  async (list) => {
    const gateway = await GatewayUnderTest.open();
    const known = await insert(gateway, list, 0, KNOWN);
    await gateway.reached((await gateway.store.head()) ?? 0n);
    const inserts: Promise<string[]>[] = [];
    let next = KNOWN;
    const walked = await walk(gateway, list, () => {
      const end = Math.min(next + INSERTED / PAGES, KNOWN + INSERTED);
      inserts.push(insert(gateway, list, next, end));
      next = end;
    });
    expect(new Set(walked).size).toBe(walked.length);
    expect(known.filter((id) => !walked.includes(id))).toEqual([]);
    const countOf = async (query: string) => (await gateway.call<Page>(`/api/v2/${list}${query}`)).json.data.length;
    expect([await countOf(''), await countOf('?limit=1'), await countOf('?limit=200')]).toEqual([20, 1, 200]);
    const all = [...known, ...(await Promise.all(inserts)).flat()];
    expect(all).toHaveLength(KNOWN + INSERTED);
    await eventually(async () => expect((await walk(gateway, list)).toSorted()).toEqual(all.toSorted()));
  },
);

test.each(['reports', 'findings'] as const)(
  'a cursor of %s is valid for nothing else, and cannot be forged',
  async (list) => {
    const gateway = await GatewayUnderTest.open();
    await insert(gateway, list, 0, 3);
    await gateway.reached((await gateway.store.head()) ?? 0n);
    const { json } = await gateway.call<Page>(`/api/v2/${list}?limit=1`);
    const cursor = json.next_cursor ?? '';
    const [place = '', seal = ''] = cursor.split('.');
    const stranger = await gateway.mint('globex', ['reports:read', 'findings:read']);
    const other = list === 'reports' ? 'findings' : 'reports';
    const forged = [
      `${Buffer.from('9999').toString('base64url')}.${seal}`,
      `${place}.${seal.slice(0, -1)}`,
      `${place}.${seal}A`,
      `${place}.`,
      `${cursor}.x`,
      `=${cursor}`,
      place,
      `${place}.${Buffer.alloc(32).toString('base64url')}`,
      `.${seal}`,
      '.',
      'x',
      `'; drop table report; --`,
    ];
    const refused = await Promise.all([
      gateway.call(`/api/v2/${other}?cursor=${cursor}`),
      gateway.call(`/api/v2/${list}?cursor=${cursor}`, { token: stranger }),
      ...forged.map((wrong) => gateway.call(`/api/v2/${list}?cursor=${encodeURIComponent(wrong)}`)),
    ]);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_cursor', field: 'cursor' } });
    }
    expect((await gateway.call<Page>(`/api/v2/${list}?limit=1&cursor=${cursor}`)).json.data).toHaveLength(1);
  },
);
