import { Readable } from 'node:stream';
import {
  canonicalJson,
  type DirectRef,
  type EvidenceReport,
  type RefMapping,
  type ReportMapped,
  type ScopeSnapshot,
  type Strength,
  scopeLinesOf,
  tagMappingOf,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { Frameworks } from '@evidence/frameworks';
import { describe, expect, it } from 'vitest';
import { RENDERER_VERSION } from '../../packages/rendering/src/artifact-names.js';
import type { ReportSources } from '../../packages/rendering/src/figures.js';
import { ReportJson } from '../../packages/rendering/src/report-json.js';
import {
  asked,
  direct,
  finding,
  frameworks,
  frameworksWith,
  map,
  pair,
  scope,
} from '../../packages/verdicts/test/samples.js';

const SIX = ['OWASP_LLM@2026', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'] as const;

interface Rules {
  readonly frameworks: Frameworks;
  readonly strength?: Strength;
}

/** The bytes of a report, and the full mapping of each ref of each finding before facts were stated once. */
async function reportOf(snapshot: ScopeSnapshot, requested: readonly string[], rules: Rules) {
  const { strength = 'supporting' } = rules;
  const mapping = map(snapshot, asked(...requested), { ...rules, strength });
  const blob = (digit: string) => ({ sha256: digit.repeat(64), sizeBytes: 1, mediaType: 'application/json' });
  const { tenant, counts } = snapshot;
  const request = { ...exampleOf('ReportRequested'), tenant, scope: snapshot.scope, strength };
  const { reportId } = request;
  const refs = mapping.findings.reduce((sum, { mappings }) => sum + mappings.length, 0);
  const mapped: ReportMapped = {
    ...exampleOf('ReportMapped'),
    ...{ reportId, scopeSnapshot: blob('a'), snapshot: blob('b'), crosswalk: mapping.crosswalk },
    ...(mapping.rules && { rules: mapping.rules }),
    counts: { findings: mapping.findings.length, refs, overlaps: mapping.overlaps.length },
  };
  const sources: ReportSources = {
    request: { ...request, frameworks: asked(...requested) },
    scoped: { ...exampleOf('ReportScoped'), reportId, snapshot: blob('a'), counts: { ...counts, scans: 0 } },
    mapped,
    mapping: tagMappingOf(mapping),
    signature: { keyId: 'k1', algorithm: 'RS256', developmentKey: true },
    ...{ publicUrl: 'https://evidence.example', rendererVersion: RENDERER_VERSION },
  };
  const report = new ReportJson(sources, Readable.from(scopeLinesOf(canonicalJson(snapshot))));
  const json = Buffer.concat(await Array.fromAsync(report.bytes()));
  return { json, known: mapping.findings.map(({ mappings }) => mappings) };
}

/** The full mapping of each ref of each finding, from nothing but the bytes of a report. */
function longFormOf(json: Uint8Array): RefMapping[][] {
  const report = JSON.parse(Buffer.from(json).toString('utf8')) as EvidenceReport;
  const pairs = new Map(report.crosswalk_pairs.map((each) => [`${each.ref_a} ${each.ref_b} ${each.basis}`, each]));
  const frameworkOf = new Map(report.refs.map(({ ref, framework }) => [ref, framework]));
  const editionOf = new Map(report.framework_editions.map(({ framework, edition }) => [framework, edition]));
  const full = report.finding_mappings.map((mapping): RefMapping => {
    if (mapping.source !== undefined) return mapping as RefMapping;
    const said = pairs.get(`${mapping.via} ${mapping.ref} ${mapping.basis}`);
    if (!said) throw new Error(`${mapping.via} leads to ${mapping.ref} without a reason`);
    const { document, edition, locator } = said.source;
    const source = [document, edition, locator].filter((part) => part !== '').join(', ');
    const asserted = said.asserted?.ref_b ?? mapping.ref;
    const requested = editionOf.get(frameworkOf.get(mapping.ref)!);
    const carried = asserted === mapping.ref ? '' : `; ${asserted} in edition ${requested}`;
    return { ...mapping, source: `${source}${carried}`, relation: said.relation, strength: said.strength };
  });
  return report.findings.map(({ mappings, framework_refs: refs }) => {
    const long = mappings.map((place) => full[place]!);
    expect(long.map(({ ref }) => ref)).toEqual(refs);
    return long;
  });
}

describe('a report states each fact once, and every fact can be recovered', () => {
  const tagged = (ref: string, by: Partial<DirectRef>): DirectRef => ({ ...direct(ref)[0]!, ...by });
  const byTable = { origin: 'tool_table', source: 'tags of the probe in garak 0.13.3; the file has none' } as const;

  it('for every kind of ref', async () => {
    const small = frameworksWith(
      pair('OWASP_LLM01', 'MITRE_ATLAS_AML_T0051'),
      pair('OWASP_LLM06', 'MITRE_ATLAS_AML_T0051', { basis: 'published', relation: 'subset' }),
      pair('OWASP_LLM_2026_01', 'EU_AI_ACT_Art15', { strength: 'supporting' }),
      pair('OWASP_LLM09', 'EU_AI_ACT_Art15', { basis: 'derived', strength: 'supporting' }),
      pair('MITRE_ATLAS_AML_T0053', 'OWASP_LLM01', { basis: 'published', relation: 'superset' }),
      pair('OWASP_LLM_2026_01', 'ISO_42001_A_6_2_4', { basis: 'derived' }),
    );
    const { origin: _, ...withoutOrigin } = direct('OWASP_LLM01')[0]!;
    const snapshot = scope([
      finding('fnd_a', direct('OWASP_LLM01')),
      finding('fnd_b', [tagged('OWASP_LLM01', byTable)]),
      finding('fnd_c', [withoutOrigin]),
      finding('fnd_d', direct('OWASP_LLM01', 'OWASP_LLM06', 'OWASP_LLM09'), ['odd']),
      finding('fnd_e', direct('MITRE_ATLAS_AML_T0053', 'OWASP_LLM_2026_01')),
      finding('fnd_f', direct('OWASP_LLM07', 'OWN_CONTROL_1', 'OWASP_LLM_2023_10')),
      finding('fnd_g', []),
    ]);
    const { json, known } = await reportOf(snapshot, SIX, { frameworks: small });
    expect(longFormOf(json)).toEqual(known);
    const kinds = known.flat().map(({ basis, strength, origin }) => `${basis} ${strength ?? origin ?? ''}`.trim());
    expect([...new Set(kinds)].sort()).toEqual([
      ...['derived primary', 'derived supporting', 'direct', 'direct file', 'direct tool_table'],
      ...['official primary', 'official supporting', 'published primary'],
    ]);
  });

  it('for the nearest entry of another edition, to which no pair leads', async () => {
    const snapshot = scope([finding('fnd_a', direct('OWASP_LLM_2023_10'))]);
    const { json, known } = await reportOf(snapshot, ['OWASP_LLM'], { frameworks: frameworksWith() });
    expect(known.flat()).toMatchObject([{ basis: 'direct' }, { source: expect.stringContaining('nearest entry') }]);
    expect(longFormOf(json)).toEqual(known);
  });

  const everyRef = frameworks.catalogs.flatMap(({ controls }) => controls.map(({ ref }) => ref));
  /** One to three refs from a list, the same in every run. */
  const drawn = (n: number, from: readonly string[]) =>
    direct(...new Set(Array.from({ length: 1 + (n % 3) }, (_, i) => from[(n * 7919 + i * 104_729) % from.length]!)));

  it('for the tags of scanners and the crosswalk that a request accepts by default; 50,000 findings fit into 55 MB', async () => {
    const count = 3_000;
    const owasp = everyRef.filter((ref) => /^OWASP_LLM\d/.test(ref));
    const snapshot = scope(
      Array.from({ length: count }, (_, n) => finding(`fnd_${String(n).padStart(26, '0')}`, drawn(n, owasp))),
    );
    const { json, known } = await reportOf(snapshot, ['OWASP_LLM', ...SIX.slice(1)], {
      frameworks,
      strength: 'primary',
    });
    expect(longFormOf(json)).toEqual(known);
    // Facts stated once are most of a small report and little of a large one.
    const { length: once } = canonicalJson({ ...JSON.parse(json.toString('utf8')), findings: [] });
    const bytesPerFinding = (json.length - once) / count;
    console.info(`${bytesPerFinding.toFixed(0)} bytes per finding, ${once} bytes for all findings together`);
    expect(bytesPerFinding * 50_000 + once).toBeLessThan(55_000_000);
  });

  it('for any refs of all catalogs', async () => {
    const snapshot = scope(Array.from({ length: 400 }, (_, n) => finding(`fnd_${1_000 + n}`, drawn(n, everyRef))));
    const { json, known } = await reportOf(snapshot, SIX, { frameworks });
    expect(longFormOf(json)).toEqual(known);
  });
});
