import { readFileSync } from 'node:fs';
import type { FrameworkEdition, RefMapping, ScopedFinding } from '@evidence/contracts';
import type { Catalog } from '@evidence/frameworks';
import { loadFrameworks } from '@evidence/frameworks/load';
import { controlsOf } from '../../packages/verdicts/dist/controls.js';
import { ScopeMapping } from '../../packages/verdicts/dist/map-scope.js';
import { refMapper } from '../../packages/verdicts/dist/refs.js';

const SIZES = [1_000, 10_000, 50_000, 500_000];
/** With more findings, nested loops take minutes. */
const NESTED_MAX = 50_000;
/** When every finding differs, 500,000 findings are 500,000 different lists of refs: gigabytes. */
const ALL_DIFFERENT_MAX = 50_000;
const ROUNDS = 5;

const frameworks = loadFrameworks();
const requested: FrameworkEdition[] = [];
for (const slug of ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001']) {
  const parsed = frameworks.parseRequested(slug);
  if (parsed.ok) requested.push({ framework: parsed.framework, edition: parsed.edition });
}
const catalogs = requested.map(({ framework, edition }) => frameworks.catalog(framework, edition) as Catalog);

type Refs = ScopedFinding['refs'];
const directRefs = (refs: readonly string[]): Refs => refs.map((ref) => ({ ref, native: ref, source: 'bench' }));

/** Findings like garak's: the refs of its own probes, repeated. */
const probes: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('../../packages/frameworks/data/tags/garak.json', import.meta.url), 'utf8'),
).probes;
const { meaningOf } = frameworks.tagTable('garak');
const garakRefs = Object.entries(probes).map(([probe, tags]) => {
  const refs = tags.map((tag) => meaningOf(tag, probe)).flatMap((each) => (each.kind === 'ref' ? [each.ref] : []));
  return directRefs([...new Set(refs)]);
});
const likeGarak = (index: number): Refs => (garakRefs[index % garakRefs.length] ?? []).map((each) => ({ ...each }));

/** Two refs of any frameworks, drawn the same way in every run (with the finalizer of MurmurHash3). Most combinations are unique. */
const everyRef = catalogs.flatMap(({ controls }) => controls.map(({ ref }) => ref));
function drawn(seed: number): string {
  let hash = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return everyRef[((hash ^ (hash >>> 16)) >>> 0) % everyRef.length] ?? '';
}
const anyTwo = (index: number): Refs => directRefs([...new Set([drawn(2 * index + 1), drawn(2 * index + 2)])]);

/** The worst case: each finding has one ref of each framework, in a unique combination. */
const allDifferent = (index: number): Refs =>
  directRefs(
    catalogs.map(
      ({ controls }, place) => controls[(index * (place + 1) * 7 + (index >> 3)) % controls.length]?.ref ?? '',
    ),
  );

function findingsOf(size: number, refsOf: (index: number) => Refs): ScopedFinding[] {
  return Array.from({ length: size }, (_, index) => ({
    ...{
      id: `fnd_${index}`,
      scanId: 'scn_1',
      endpointId: 'ep_1',
      title: 'Bench',
      severity: 'high',
      severityOriginal: '',
    },
    ...{
      status: 'open',
      discoveredAt: '2026-05-20T08:00:00.000Z',
      firstSeenAt: '2026-05-20T08:00:00.000Z',
      lastSeenAt: '2026-05-20T08:00:00.000Z',
      observations: 1,
      tool: { name: 'garak', version: '1' },
      probe: 'a.B',
    },
    ...{ detector: '', refs: refsOf(index), unresolvedTags: [], evidenceExcerptSha256: '', hits: 1, evaluations: 1 },
  })) as ScopedFinding[];
}

/** The plain version: compares each control with each finding, and each pair of refs of each finding. */
function nestedLoops(findings: readonly (readonly RefMapping[])[]): number {
  let counted = 0;
  for (const { controls } of catalogs) {
    for (const { ref } of controls) counted += findings.filter((refs) => refs.some((each) => each.ref === ref)).length;
  }
  const overlaps = new Map<string, number>();
  for (const [index, first] of requested.entries()) {
    for (const second of requested.slice(index + 1)) {
      for (const refs of findings) {
        for (const a of refs.filter(({ ref }) => frameworks.frameworkOf(ref) === first.framework)) {
          for (const b of refs.filter(({ ref }) => frameworks.frameworkOf(ref) === second.framework)) {
            const key = `${a.ref} ${b.ref}`;
            overlaps.set(key, (overlaps.get(key) ?? 0) + 1);
          }
        }
      }
    }
  }
  return counted + overlaps.size;
}

interface Took {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** The best of several rounds, because others use the machine too. CPU time is that of all threads, so it includes garbage collection. */
function timed(rounds: number, run: () => unknown): Took {
  let cpuMs = Number.POSITIVE_INFINITY;
  let wallMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const [startedAt, used] = [performance.now(), process.cpuUsage()];
    run();
    const { user, system } = process.cpuUsage(used);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
    wallMs = Math.min(wallMs, performance.now() - startedAt);
  }
  return { cpuMs, wallMs };
}

function measure(workload: string, size: number, refsOf: (index: number) => Refs) {
  const findings = findingsOf(size, refsOf);
  // All pairs, the most that a request can include.
  const rules = { frameworks, requested, policy: 'derived', strength: 'supporting' } as const;
  const mapper = refMapper({ ...rules, controls: controlsOf(catalogs) });
  const rounds = size > 100_000 ? 3 : ROUNDS;
  const whole = timed(rounds, () => {
    const mapping = new ScopeMapping({ ...rules, snapshotSha256: '', dataAsOf: '2026-11-29T10:00:00Z' });
    for (const finding of findings) mapping.take({ finding });
    mapping.result();
  });
  const mapped = size <= NESTED_MAX ? findings.map(({ refs }) => mapper.map(refs).mappings) : [];
  const combinations = new Set(findings.map(({ refs }) => refs.map(({ ref }) => ref).join())).size;
  const nested = size <= NESTED_MAX ? timed(1, () => nestedLoops(mapped)) : undefined;
  return { workload, size, combinations, whole, nested };
}

const said = (took: Took | undefined): string =>
  took === undefined ? '–' : `${took.cpuMs.toFixed(1)} (${took.wallMs.toFixed(1)})`;

console.log('Refs, coverage and overlaps of six frameworks, ms of CPU time (of the clock): ours; nested loops.');
measure('warm-up', 10_000, likeGarak);
const results = [
  ...SIZES.map((size) => measure('like garak', size, likeGarak)),
  ...SIZES.map((size) => measure('any two refs', size, anyTwo)),
  ...SIZES.filter((size) => size <= ALL_DIFFERENT_MAX).map((size) => measure('all different', size, allDifferent)),
];
for (const { workload, size, combinations, whole, nested } of results) {
  const ratio = nested === undefined ? '' : `, ${(nested.cpuMs / whole.cpuMs).toFixed(0)} ×`;
  console.log(`  ${workload}, ${size} findings, ${combinations} combinations: ${said(whole)}; ${said(nested)}${ratio}`);
}
console.log(JSON.stringify({ bench: 'mapping', results }));
