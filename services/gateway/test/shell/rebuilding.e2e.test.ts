import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingPage, ReportPage } from '@evidence/contracts';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { SubscribeOptions } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, START, seedRequest } from '../gateway-under-test.js';

/** A store that the test slows down: a subscription to one of the held types gets nothing until it is released. */
class SlowStore {
  readonly #store = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date(START) }));
  #held: readonly string[] = [];
  #letGo = Promise.withResolvers<void>();

  readonly log: EventLog = { ...this.#store, subscribe: (options) => this.#subscribe(options) };

  hold(...types: readonly string[]): void {
    this.#held = types;
    this.#letGo = Promise.withResolvers();
  }

  letGo(): void {
    this.#letGo.resolve();
  }

  async *#subscribe(options: SubscribeOptions) {
    const { filter, signal } = options;
    signal.addEventListener('abort', () => this.letGo());
    for await (const batch of this.#store.subscribe(options)) {
      if (filter && 'types' in filter && filter.types.some((type) => this.#held.includes(type)))
        await this.#letGo.promise;
      yield batch;
    }
  }
}

const FINDING = exampleOf('FindingRecorded');

test('while views are rebuilt, unknown ids return 503 and not 404, lists are marked incomplete, and /readyz shows the progress', async () => {
  const slow = new SlowStore();
  const gateway = await GatewayUnderTest.open({ store: slow.log });
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  const report = `/api/v2/reports/${json.id}`;
  const data = { ...FINDING, tenant: 'acme' };
  await gateway.append(streamOf.scan(data.scanId), 'acme', { type: 'FindingRecorded', data });
  const finding = `/api/v2/findings/${data.findingId}`;
  const rebuildWithout = async (...types: readonly string[]) => {
    await gateway.stop();
    await rm(join(gateway.folder, 'views'), { recursive: true });
    slow.hold(...types);
    await gateway.start({ caughtUp: false });
  };

  await rebuildWithout('ReportRequested', 'FindingRecorded');
  await gateway.gateway.views.tokens.projection.caughtUp;
  for (const [path, part] of [
    [report, 'view:reports'],
    [`${report}/download`, 'view:reports'],
    [`${report}/events`, 'view:reports'],
    [finding, 'view:findings'],
  ]) {
    const answer = await gateway.call(String(path));
    expect([path, answer.status, answer.json.error]).toEqual([path, 503, 'rebuilding']);
    expect(answer.json.progress).toEqual([{ part, percent: expect.any(Number) }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const list = await gateway.call<ReportPage>('/api/v2/reports');
  expect(list).toMatchObject({ status: 200, json: { data: [], incomplete: { percent: 0 } } });
  expect(list.headers.get('retry-after')).toBe('2');
  expect((await gateway.call<FindingPage>('/api/v2/findings')).json.incomplete).toEqual({ percent: 0 });
  const ready = await gateway.call('/readyz');
  expect(ready.status).toBe(503);
  expect(ready.json.progress).toContainEqual({ part: 'view:reports', percent: 0 });

  slow.letGo();
  await gateway.gateway.views.caughtUp();
  expect((await gateway.call(report)).status).toBe(200);
  expect((await gateway.call(finding)).status).toBe(200);
  const whole = await gateway.call<ReportPage>('/api/v2/reports');
  expect([whole.json.data.length, whole.json.incomplete, whole.headers.get('retry-after')]).toEqual([
    1,
    undefined,
    null,
  ]);
  const unknown = await gateway.call('/api/v2/reports/rpt_2026_11111111111111111111111111');
  expect(unknown).toMatchObject({ status: 404, json: { error: 'report_not_found' } });
});

test('while tokens are rebuilt from nothing, tokens that may have been revoked are refused; a view that continues accepts its tokens', async () => {
  const slow = new SlowStore();
  const gateway = await GatewayUnderTest.open({ store: slow.log });
  await gateway.stop();
  slow.hold('ApiTokenMinted');
  await gateway.start({ caughtUp: false });
  expect((await gateway.call('/api/v2/reports')).status).toBe(200);
  expect(await gateway.call('/api/v2/reports', { token: 'ert_unknown' })).toMatchObject({
    status: 503,
    json: { error: 'rebuilding', progress: [{ part: 'view:tokens' }] },
  });
  await gateway.stop();
  await rm(join(gateway.folder, 'views'), { recursive: true });
  slow.hold('ApiTokenMinted');
  await gateway.start({ caughtUp: false });
  expect(await gateway.call('/api/v2/reports')).toMatchObject({ status: 503, json: { error: 'rebuilding' } });
  slow.letGo();
  await eventually(async () => expect((await gateway.call('/api/v2/reports')).status).toBe(200));
  expect((await gateway.call('/api/v2/reports', { token: 'ert_unknown' })).status).toBe(401);
});
