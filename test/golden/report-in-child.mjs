/**
 * From recorded evidence to signed artifacts in a process of its own: `report-in-child.mjs KEYS_FOLDER EVIDENCE_FILE SEED…` prints,
 * for each seed, the digests of the PDF, its attestation, the JSON and its attestation, on a line. A seed shuffles the evidence.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import { canonicalJson, exampleOf } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks';
import { openSigningKeys } from '@evidence/signing';
import { mapFindings } from '@evidence/verdicts';
import { makeArtifact } from '../../services/renderer/dist/shell/make-artifact.js';
import { dayOf } from '../../services/scoping/dist/core/recorded-evidence.js';
import { resolveScope } from '../../services/scoping/dist/core/resolve-scope.js';

const [developmentFolder, evidenceFile, ...seeds] = process.argv.slice(2);
const request = {
  ...exampleOf('ReportRequested'),
  tenant: 'acme',
  frameworks: [
    { framework: 'OWASP_LLM', edition: '2025' },
    { framework: 'EU_AI_ACT', edition: '2024/1689' },
    { framework: 'ISO_42001', edition: '2023' },
  ],
  scope: { endpointIds: [], includeSeverities: [] },
};
const { reportId, requestedAt, tenant } = request;
const frameworks = loadFrameworks();

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** In an order that the seed decides, members of objects too; lists of one finding or scan keep theirs, for it says something. */
function shuffled(items, seed) {
  const inOrderOf = (entries, salt) =>
    entries
      .map((entry, i) => ({ entry, key: sha256(`${seed} ${salt} ${i}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ entry }) => entry);
  const reordered = (value) =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(
          inOrderOf(Object.entries(value), 'members').map(([name, member]) => [name, reordered(member)]),
        );
  return inOrderOf(items.map(reordered), 'items');
}

async function digestsOf({ scans, findings }, seed, parts) {
  const put = (document) => parts.artifacts.put(tenant, canonicalJson(document), 'application/json');
  const tallies = findings.map(({ recorded: { endpointId, severity, discoveredAt } }) => ({
    ...{ endpointId, severity, day: dayOf(discoveredAt), findings: 1 },
  }));
  const scope = resolveScope({
    tenant,
    scope: request.scope,
    tallies: shuffled(tallies, seed),
    findings: shuffled(findings, seed),
    scans: shuffled(scans, seed),
  });
  const scopeBlob = await put(scope);
  const mapping = mapFindings({
    snapshot: scope,
    snapshotSha256: scopeBlob.sha256,
    requested: request.frameworks,
    policy: 'derived',
    strength: 'primary',
    dataAsOf: requestedAt,
    frameworks,
  });
  const mappingBlob = await put(mapping);
  const scoped = {
    ...{ reportId, scopedAt: requestedAt, dataAsOf: { position: '42', at: requestedAt }, snapshot: scopeBlob },
    counts: { ...scope.counts, scans: scope.scans.length },
  };
  const mapped = {
    ...{
      reportId,
      mappedAt: requestedAt,
      scopeSnapshot: scopeBlob,
      snapshot: mappingBlob,
      crosswalk: mapping.crosswalk,
      rules: mapping.rules,
    },
    counts: {
      findings: mapping.findings.length,
      refs: mapping.findings.reduce((sum, { mappings }) => sum + mappings.length, 0),
      overlaps: mapping.overlaps.length,
    },
  };
  const made = [];
  for (const format of ['pdf', 'json']) {
    const { artifact, attestation } = await makeArtifact(parts, { request: { ...request, format }, scoped, mapped });
    made.push(artifact.sha256, attestation.sha256);
  }
  return made;
}

const evidence = JSON.parse(await readFile(evidenceFile, 'utf8'));
const folder = await mkdtemp(join(tmpdir(), 'evidence-reproducible-'));
const parts = {
  artifacts: await openArtifactFolder({ folder }),
  keys: await openSigningKeys({ developmentFolder, now: new Date(requestedAt) }),
  publicUrl: 'https://evidence.example',
};
for (const seed of seeds) console.log((await digestsOf(evidence, seed, parts)).join(' '));
await rm(folder, { recursive: true });
