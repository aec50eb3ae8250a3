import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bruteForce, expectAgreement } from './oracle.js';
import { asked, frameworks, map, scope } from './samples.js';
import { scannedIn } from './scanned-files.js';

/** Real scanner output, in a folder next to the repository if a developer has it. It is third-party text that we may not ship. */
const REAL = fileURLToPath(new URL('../../../../shared/data/scans/', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../../deploy/local/samples/', import.meta.url));

const FILES = [
  [`${SAMPLES}support-chat.report.jsonl`, 'garak'],
  [`${SAMPLES}coding-agent.digest.json`, 'garak'],
  [`${REAL}garak/garak__extracted_digest.json`, 'garak'],
  [`${REAL}promptfoo/defectdojo-promptfoo__many_findings.json`, 'promptfoo'],
  [`${REAL}sarif/django-DefectDojo__appendix_k.sarif`, 'sarif'],
  [`${REAL}sarif/django-DefectDojo__semgrepowasp-benchmark-sample.sarif`, 'sarif'],
] as const;

it.for(FILES)('the mapping of %s equals that of nested loops over everything', async ([file, format], { skip }) => {
  if (!existsSync(file)) skip(`${file} is not here; real scans are not part of the repository`);
  const scanned = await scannedIn(createReadStream(file), { format, endpoint: 'ep_real', frameworks });
  const snapshot = scope(scanned.findings, [scanned.scan]);
  expect(snapshot.scans[0]?.probes, 'a file with nothing in it proves nothing').not.toEqual([]);
  for (const requested of [
    asked('OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'),
    asked('EU_AI_ACT', 'OWASP_LLM@2026'),
  ]) {
    const rules = { policy: 'derived', strength: 'supporting' } as const;
    expectAgreement(map(snapshot, requested, rules), bruteForce(snapshot, requested, rules, frameworks));
  }
});
