/**
 * Makes signed artifacts from recorded evidence in a process of its own: `report-in-child.mjs KEYS_FOLDER EVIDENCE_FILE SEED…` prints one
 * line per seed, with the digests of the PDF, its attestation, the JSON and its attestation. The seed shuffles the evidence.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  jsonLinesOf,
  linesOfMapping,
  MAPPING_MEDIA_TYPE,
  SCOPE_MEDIA_TYPE,
  SEVERITIES,
  scopeLinesIn,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { loadFrameworks } from '@evidence/frameworks/load';
import { openSigningKeys } from '@evidence/signing';
import { ScopeMapping } from '@evidence/verdicts';
import { makeArtifact } from '../../packages/rendering/dist/make-artifact.js';
import { dayOf } from '../../packages/scope/dist/recorded-evidence.js';
import { scopeLines } from '../../packages/scope/dist/resolve-scope.js';

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

/** Shuffled by the seed, including members of objects. Lists within a finding or scan keep their order, because it has a meaning. */
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

const byId = ([a], [b]) => (a < b ? -1 : 1);

async function digestsOf({ scans, findings }, seed, parts) {
  const tallies = findings.map(({ recorded: { endpointId, severity, discoveredAt } }) => ({
    ...{ endpointId, severity, day: dayOf(discoveredAt), findings: 1 },
  }));
  // In the order of the view, with shuffled members.
  const inOrder = shuffled(findings, seed)
    .map((finding) => [`${SEVERITIES.indexOf(finding.recorded.severity)} ${finding.recorded.id}`, finding])
    .sort(byId)
    .map(([, finding]) => finding);
  const lines = scopeLines({
    tenant,
    scope: request.scope,
    tallies: shuffled(tallies, seed),
    findings: inOrder,
    scans: shuffled(scans, seed)
      .map((scan) => [scan.scan.id, scan])
      .sort(byId)
      .map(([, scan]) => scan),
    openElsewhen: [],
    unreadableEvents: 0,
  });
  const scopeBlob = await parts.artifacts.write(tenant, SCOPE_MEDIA_TYPE, jsonLinesOf(lines));
  const question = {
    snapshotSha256: scopeBlob.sha256,
    requested: request.frameworks,
    policy: 'derived',
    strength: 'primary',
    dataAsOf: requestedAt,
    frameworks,
  };
  const stored = scopeLinesIn(parts.artifacts.read(tenant, scopeBlob.sha256));
  const mapped = new ScopeMapping(question);
  for await (const line of stored) mapped.take(line);
  const mapping = mapped.result();
  const mappingBlob = await parts.artifacts.write(tenant, MAPPING_MEDIA_TYPE, jsonLinesOf(linesOfMapping(mapping)));
  const { length: included } = findings;
  const scoped = {
    ...{ reportId, scopedAt: requestedAt, dataAsOf: { position: '42', at: requestedAt }, snapshot: scopeBlob },
    counts: { considered: included, included, excluded: {}, scans: scans.length },
  };
  const mappedEvent = {
    ...{
      reportId,
      mappedAt: requestedAt,
      scopeSnapshot: scopeBlob,
      snapshot: mappingBlob,
      crosswalk: mapping.crosswalk,
      rules: mapping.rules,
    },
    counts: { ...mapping.counts, overlaps: mapping.overlaps.length },
  };
  const made = [];
  for (const format of ['pdf', 'json']) {
    const { artifact, attestation } = await makeArtifact(parts, {
      request: { ...request, format },
      scoped,
      mapped: mappedEvent,
    });
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
