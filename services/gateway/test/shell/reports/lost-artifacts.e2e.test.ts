import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { loadFrameworks } from '@evidence/frameworks/load';
import { rulesOf } from '@evidence/verdicts';
import { expect, test } from 'vitest';
import { everybodyListens, GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

/** Two chunks of the artifact store, so that damage is found only after the headers are sent. */
const BYTES = randomBytes(300_000);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

/** A gateway with one ready report, and the path of its artifact, to damage it. */
async function ready() {
  const asked: string[] = [];
  const bus = { ...everybodyListens, askForFiles: async (reportId: string) => void asked.push(reportId) };
  const gateway = await GatewayUnderTest.open({ bus });
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: { ...seedRequest, format: 'pdf' } });
  const id = String(json.id);
  const artifact = await gateway.artifacts.put('acme', BYTES, 'application/pdf');
  const { started, scoped, mapped, ready: last } = lifeOf(id, artifact, 'pdf');
  const data = { ...mapped.data, rules: rulesOf(loadFrameworks()) };
  await gateway.append(streamOf.report(id), 'acme', started, scoped, { ...mapped, data }, last);
  const file = join(gateway.folder, 'artifacts', 'acme', SHA256.slice(0, 2), SHA256);
  const download = async (headers = {}) => {
    const { headers: first } = await gateway.call(`/api/v2/reports/${id}/download`);
    return gateway.call(first.get('location') ?? '', { headers });
  };
  const report = async () => (await gateway.call(`/api/v2/reports/${id}`)).json;
  return { gateway, id, file, download, asked, report };
}

test('a missing file is requested again at intervals, is unavailable in the meantime, and is logged', async () => {
  const { gateway, id, file, download, asked } = await ready();
  await rm(file);
  expect(await download()).toMatchObject({ status: 503, json: { error: 'unavailable' } });
  expect((await download()).headers.get('retry-after')).toBe('5');
  expect(asked).toEqual([id]);
  expect(gateway.logLines.filter((line) => line.includes('gone or damaged'))).toHaveLength(1);
  gateway.wait(31);
  await download();
  expect(asked).toEqual([id, id]);
});

test('a damaged artifact never looks complete: the response is aborted before its last bytes, or never begins', async () => {
  const { gateway, id, file, download, asked } = await ready();
  await writeFile(file, Buffer.concat([Buffer.from('damaged'), BYTES.subarray(7)]));
  await expect(download()).rejects.toThrow();
  expect(asked).toEqual([id]);
  expect(await download({ range: 'bytes=299000-' })).toMatchObject({ status: 503, json: { error: 'unavailable' } });
  await writeFile(file, BYTES.subarray(1));
  expect(await download()).toMatchObject({ status: 503, json: { error: 'unavailable' } });

  await gateway.artifacts.put('acme', BYTES, 'application/pdf');
  expect((await download()).body.equals(BYTES)).toBe(true);
  expect((await download({ range: 'bytes=299000-' })).body.equals(BYTES.subarray(299_000))).toBe(true);
});

test('a lost artifact is reported as lost, also in the report, which can be regenerated; if restored it is served', async () => {
  const { gateway, id, file, download, asked, report } = await ready();
  expect(await report()).toMatchObject({ status: 'ready', lost: null });
  await rm(file);
  const lost = { ...exampleOf('ArtifactLost'), reportId: id };
  await gateway.append(streamOf.report(id), 'acme', { type: 'ArtifactLost', data: lost });
  expect(await download()).toMatchObject({ status: 410, json: { error: 'artifact_lost' } });
  expect((await download()).json.detail).toContain(lost.message);
  expect(asked).toEqual([]);
  expect(await report()).toMatchObject({
    status: 'ready',
    lost: { found_at: lost.foundAt, missing: lost.missing, message: lost.message },
  });
  const again = await gateway.call(`/api/v2/reports/${id}/regenerate`, { method: 'POST' });
  expect(again.status).toBe(202);

  await gateway.artifacts.put('acme', BYTES, 'application/pdf');
  expect((await download()).status).toBe(200);
  const restored = { ...exampleOf('ArtifactRestored'), reportId: id };
  await gateway.append(streamOf.report(id), 'acme', { type: 'ArtifactRestored', data: restored });
  expect(await report()).toMatchObject({ status: 'ready', lost: null });
});
