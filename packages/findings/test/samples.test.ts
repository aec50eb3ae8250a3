import { createReadStream, readFileSync } from 'node:fs';
import { assertEventSchema } from '@evidence/contracts';
import { expect, it } from 'vitest';
import { imported } from './importing.js';

const folder = new URL('../../../deploy/local/samples/', import.meta.url);

interface Sample {
  readonly file: string;
  readonly format: string;
  readonly endpoint: string;
}

const samples: readonly Sample[] = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
const importSample = ({ file, format, endpoint }: Sample) =>
  imported(createReadStream(new URL(file, folder)), { format, endpointId: endpoint });

it.each(samples)('$file is read completely, without contradictions', async (sample) => {
  const { scan, findings, warnings } = await importSample(sample);
  assertEventSchema('ScanRecorded.v1', scan);
  for (const finding of findings) assertEventSchema('FindingRecorded.v1', finding);
  expect(scan).toMatchObject({ endpointId: sample.endpoint, discrepancies: [], counts: { skipped: {} } });
  const interrupted = sample.file.includes('interrupted');
  expect(warnings.map(({ code }) => code)).toEqual(interrupted ? ['run_failed'] : []);
  expect(scan.run.outcome === 'failed').toBe(interrupted);
});

it('the samples show every severity, several scripts, clean probes and a run without evaluations', async () => {
  const imports = await Promise.all(samples.map(importSample));
  const findings = imports.flatMap((each) => each.findings);
  expect(findings).toHaveLength(32);
  expect(imports.reduce((sum, { scan }) => sum + (scan.evaluations.total ?? 0), 0)).toBe(846);
  expect(new Set(findings.map(({ severity }) => severity))).toEqual(
    new Set(['critical', 'high', 'medium', 'low', 'info']),
  );
  expect(new Set(findings.map(({ endpointId }) => endpointId)).size).toBe(3);
  const text = findings.map(({ title, evidence }) => title + evidence.excerpt).join('\n');
  expect(text).toMatch(/\p{Script=Cyrillic}/u);
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(text).toMatch(/\p{Script=Arabic}/u);
  expect(text).toMatch(/\p{Extended_Pictographic}/u);
  expect(text).not.toContain('@');
  const probes = imports.flatMap(({ scan }) => scan.probes);
  expect(probes.some(({ evaluations }) => (evaluations.passed ?? 0) > 0 && evaluations.failed === 0)).toBe(true);
  expect(imports.filter(({ scan }) => !scan.evaluated)).toHaveLength(1);
});
