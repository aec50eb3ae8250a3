import { createReadStream, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { asked, controlIn, frameworks, map, scope } from './samples.js';
import { scannedIn } from './scanned-files.js';

const SAMPLES = new URL('../../../deploy/local/samples/', import.meta.url);
const ALL_SIX = asked('OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001');

/** All evidence of the demo's tenant. */
async function demoScope() {
  const manifest: { file: string; format: string; endpoint: string }[] = JSON.parse(
    readFileSync(new URL('manifest.json', SAMPLES), 'utf8'),
  );
  const scanned = await Promise.all(
    manifest.map(({ file, ...as }) => scannedIn(createReadStream(new URL(file, SAMPLES)), { ...as, frameworks })),
  );
  return scope(
    scanned.flatMap(({ findings }) => findings),
    scanned.map(({ scan }) => scan),
  );
}

it('a finding of the demo has at most eight refs on average, with all six frameworks and the defaults of a request', async () => {
  const { findings } = map(await demoScope(), ALL_SIX, { strength: 'primary' });
  const refs = findings.reduce((sum, { mappings }) => sum + mappings.length, 0);
  expect(findings.length).toBeGreaterThan(20);
  expect(refs / findings.length).toBeLessThanOrEqual(8);
});

it('the controls that have findings are exactly those that a scanner tagged', async () => {
  const snapshot = await demoScope();
  const mapping = map(snapshot, ALL_SIX);
  const controls = new Set(mapping.coverage.flatMap((each) => each.controls.map(({ ref }) => ref)));
  const tags = snapshot.findings.flatMap(({ refs }) => refs.map(({ ref }) => ref));
  const tagged = new Set(tags.filter((ref) => controls.has(ref)));
  const withFindings = mapping.coverage
    .flatMap(({ controls }) => controls)
    .filter(({ verdict }) => verdict === 'finding')
    .map(({ ref }) => ref);
  expect(tagged.size).toBeGreaterThan(3);
  expect(withFindings.toSorted()).toEqual([...tagged].sort());
  for (const ref of tagged) {
    const findings = snapshot.findings.filter(({ refs }) => refs.some((each) => each.ref === ref)).length;
    expect(controlIn(mapping, ref)?.directCount).toBe(findings);
  }
});
