import { subjectOf } from '@evidence/bus';
import { envelop, type ReportRequested, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { RecordedEvent } from '@evidence/event-store';
import { openEventLog } from '@evidence/event-store/log';
import { importScan } from '@evidence/findings/parse';
import { recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';
import { createLogger } from '@evidence/runtime';
import { openStage } from '@evidence/stage';
import { eventually, startNats, startStore, tempFolder } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { scopingConfig } from '../../src/shell/config.js';
import { scopingStage } from '../../src/shell/start.js';

const now = () => new Date();
const TENANT = exampleOf('ReportRequested').tenant;
const ENDPOINT = 'ep_chat';
const FINDINGS = 22;
const { eventId: requestId, schema: _, ...example } = exampleMetadata();
const about = { ...example, tenant: TENANT };

test('a request whose position was altered on the bus is scoped as of its real position, with all its findings', async () => {
  const [nats, server, folder] = await Promise.all([startNats(), startStore(), tempFolder()]);
  const store = openEventLog(server.url, now);
  const connection = await connect({ servers: nats.url });
  const closers: (() => Promise<void> | void)[] = [];
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close();
    await connection.close();
    await store.close();
    await Promise.all([nats.dispose(), server.dispose(), folder.remove()]);
  });

  const rows = Array.from({ length: FINDINGS }, (_, n) => {
    const counts = { detector: 'd.D', passed: 5, fails: 5, total_evaluated: 10 };
    return { entry_type: 'eval', probe: `p.P${n}`, ...counts };
  });
  const init = { entry_type: 'init', garak_version: '0.14.0', start_time: '2026-05-10T08:00:00', run: 'r' };
  const text = [init, ...rows, { entry_type: 'completion' }].map((row) => `${JSON.stringify(row)}\n`).join('');
  const source = (async function* () {
    yield Buffer.from(text);
  })();
  await using imported = await importScan(source, {
    ...{ format: 'garak', tenant: TENANT, endpointId: ENDPOINT, importedAt: now().toISOString() },
    frameworks: loadFrameworks(),
  });
  await recordScan({ store, imported, provenance: about });

  const includeSeverities: ReportRequested['scope']['includeSeverities'] = [
    'critical',
    'high',
    'medium',
    'low',
    'info',
  ];
  const data: ReportRequested = {
    ...exampleOf('ReportRequested'),
    scope: { endpointIds: [ENDPOINT], includeSeverities },
  };
  const requested = envelop(requestId, { type: 'ReportRequested', data }, about);
  const { position } = await store.append(streamOf.report(data.reportId), 'no_stream', [requested]);

  await openStage(scopingStage, {
    config: scopingConfig({ NATS_URL: nats.url, EVENT_STORE_URL: server.url, DATA_DIR: folder.path }),
    logger: createLogger('scoping', { level: 'silent' }),
    now,
    onShutdown: (closer) => closers.push(closer),
  });
  // Nothing relays the request here, so scoping receives only the altered messages.
  const forged = {
    id: requestId,
    type: 'ReportRequested.v2',
    tenant: TENANT,
    subject: data.reportId,
    position: '0',
    data,
  };
  for (const type of ['ReportRequested', 'ReportStarted'] as const)
    await jetstream(connection).publish(subjectOf(type, TENANT, data.reportId), JSON.stringify(forged));

  await eventually(async () => {
    const history: RecordedEvent[] = [];
    for await (const event of store.readStream(streamOf.report(data.reportId))) history.push(event);
    expect(history.map(({ type }) => type)).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped']);
    expect(history[2]?.data).toMatchObject({
      counts: { considered: FINDINGS, included: FINDINGS },
      dataAsOf: { position: String(position) },
    });
  });
});
