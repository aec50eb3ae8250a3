import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  ContractError,
  canonicalJson,
  canonicalText,
  jsonLinesOf,
  linesOfMapping,
  type MappingLine,
  mappingLinesIn,
  mappingOfDocument,
  mappingOfLines,
  type RefMapping,
  type ScopeLine,
  scopeLinesIn,
  scopeLinesOf,
  tagMappingOf,
  valuesOfLines,
} from '../src/index.js';

async function* chunksOf(bytes: Uint8Array, size: number, failure?: Error): AsyncGenerator<Uint8Array> {
  // One buffer that is reused for each chunk, as when reading a file.
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = Math.min(size, bytes.length - at);
    chunk.set(bytes.subarray(at, at + length));
    yield chunk.subarray(0, length);
  }
  if (failure) throw failure;
}

const bytesOf = (values: Iterable<unknown>) => Buffer.concat([...jsonLinesOf(values)]);

describe('JSON Lines', () => {
  it('are read back as they were written, in chunks of any size', async () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 40 }), async (lines, size) => {
        const read = (await Array.fromAsync(valuesOfLines(chunksOf(bytesOf(lines), size)))).flat();
        expect(read.map(canonicalText)).toEqual(lines.map(canonicalText));
      }),
      { numRuns: 200 },
    );
  });

  it('that are truncated or malformed are refused', async () => {
    const read = (text: string, failure?: Error) =>
      Array.fromAsync(valuesOfLines(chunksOf(Buffer.from(text), 4, failure)));
    await expect(read('{}\n{"a":1')).rejects.toThrow(/does not end/);
    await expect(read('{}\n{"a"\n{}\n')).rejects.toBeInstanceOf(SyntaxError);
    // An error of the store comes first, because then these are not the stored bytes.
    await expect(read('{}\n{"a"\n{}\n', new Error('corrupt'))).rejects.toThrow('corrupt');
  });
});

const tool = { name: 'garak', version: '0.13.3' };
const evaluations = { total: 10, passed: 7, failed: 3, unscored: 0 };
const document = {
  tenant: 'acme',
  scope: { endpointIds: [], includeSeverities: [] },
  findings: [
    {
      ...{ id: 'fnd_1', scanId: 'scn_1', endpointId: 'ep_chat', title: 'It leaks', severity: 'high', status: 'open' },
      ...{ severityOriginal: 'DEFCON 2', discoveredAt: '2026-05-20T08:00:00.000Z', tool, probe: 'p', detector: 'd' },
      ...{ refs: [{ ref: 'OWASP_LLM01', native: 'owasp:llm01', source: 's' }], unresolvedTags: [] },
      ...{ evidenceExcerptSha256: null, hits: 3, evaluations: 10 },
    },
  ],
  dispositions: [
    {
      ...{ findingId: 'fnd_2', title: 'Known', severity: 'low', status: 'accepted' },
      ...{ decidedAt: '2026-06-01T00:00:00.000Z', decidedBy: 'token:tok_1' },
    },
  ],
  scans: [
    {
      ...{ id: 'scn_1', endpointId: 'ep_chat', tool, format: 'garak', sourceSha256: 'a'.repeat(64) },
      ...{ startedAt: '2026-05-20T08:00:00.000Z', attempts: 10, evaluated: true, evaluations, probes: [] },
      ...{ counts: { in: 1, recorded: 1, skipped: {} }, discrepancies: [] },
    },
  ],
  counts: { considered: 3, included: 1, excluded: { status_accepted: 1, before_from: 1 } },
  openElsewhen: [{ reason: 'before_from', refs: [], findings: 1 }],
};
const lines = (): ScopeLine[] => [...scopeLinesOf(canonicalJson(document))];
const readScope = (of: Iterable<unknown>) => Array.fromAsync(scopeLinesIn(chunksOf(bytesOf(of), 100)));

describe('a scope snapshot', () => {
  it('of an earlier release, which is one document, gives the current lines', async () => {
    expect(lines().map((line) => Object.keys(line)[0])).toEqual([
      ...['header', 'disposition', 'finding', 'openElsewhen', 'totals', 'scan'],
    ]);
    expect(lines().find(({ totals }) => totals)?.totals).toEqual({
      ...{ ...document.counts, scans: 1, openElsewhen: { before_from: 1 } },
    });
    expect(await readScope(lines())).toEqual(lines());
  });

  it.each<[string, (all: ScopeLine[]) => unknown[]]>([
    ['without a header', (all) => all.slice(1)],
    ['with two headers', (all) => [all[0], ...all]],
    ['without totals', (all) => all.filter(({ totals }) => !totals)],
    ['with a finding after its totals', (all) => [...all.slice(0, 2), ...all.slice(3, 5), all[2], all[5]]],
    ['with fewer findings than it states', (all) => all.filter(({ finding }) => !finding)],
    ['with fewer scans than it states', (all) => all.slice(0, -1)],
    ['with a line of two kinds', (all) => [{ ...all[0], ...all[1] }, ...all.slice(2)]],
    ['with a finding that is none', (all) => [all[0], { finding: { id: 'x' } }, ...all.slice(3)]],
    ['without a line', () => []],
  ])('%s is refused', async (_, broken) => {
    await expect(readScope(broken(lines()))).rejects.toBeInstanceOf(ContractError);
  });

  it('whose lines have been checked before is still checked for completeness', async () => {
    const again = (of: unknown[]) => Array.fromAsync(scopeLinesIn(chunksOf(bytesOf(of), 100), { checked: true }));
    expect(await again(lines())).toEqual(lines());
    await expect(again(lines().slice(0, -1))).rejects.toBeInstanceOf(ContractError);
    await expect(again(lines().slice(1))).rejects.toBeInstanceOf(ContractError);
  });
});

const direct = (ref: string, source: string): RefMapping => ({ ref, basis: 'direct', source });
const along = (ref: string, via: string, basis: RefMapping['basis']): RefMapping => ({
  ...{ ref, basis, source: 'A test', strength: 'primary', relation: 'related', via },
});
const mapping = () =>
  tagMappingOf({
    ...{ scopeSnapshotSha256: 'a'.repeat(64), policy: 'derived', strength: 'primary', assessmentDate: '2026-05-22' },
    crosswalk: { version: '1', sha256: 'b'.repeat(64) },
    rules: { version: '1', sha256: 'c'.repeat(64) },
    counts: { findings: 1, refs: 3 },
    countsByBasis: { direct: 2, official: 1, published: 0, derived: 0 },
    mappings: [
      ...[direct('OWASP_LLM01', 's'), direct('OWASP_LLM06', 's')],
      ...[along('EU_AI_ACT_Art15', 'OWASP_LLM06', 'official'), along('EU_AI_ACT_Art15', 'OWASP_LLM01', 'derived')],
    ],
    tags: [
      { ref: 'OWASP_LLM01', source: 's', mappings: [0, 3] },
      { ref: 'OWASP_LLM06', source: 's', mappings: [1, 2] },
    ],
    ...{ coverage: [], overlaps: [], refs: [], pairs: [], unresolvedTags: [{ tag: 'odd', findings: 1 }] },
  });
const finding = (...refs: string[]) => ({
  id: 'fnd_1',
  refs: refs.map((ref) => ({ ref, native: ref, source: 's' })),
});

describe('a mapping snapshot', () => {
  it('is read back as it was written', async () => {
    const { placesOf: _, ...facts } = mapping();
    const stored: MappingLine[] = [...linesOfMapping(mapping())];
    const { placesOf: __, ...read } = await mappingOfLines(mappingLinesIn(chunksOf(bytesOf(stored), 64)));
    expect(read).toEqual(facts);
  });

  it("gives the mappings of a finding's refs, and the best one of several for the same ref", () => {
    const { placesOf } = mapping();
    expect(placesOf(finding('OWASP_LLM01'), 0)).toEqual([0, 3]);
    expect(placesOf(finding('OWASP_LLM06', 'OWASP_LLM01'), 0)).toEqual([0, 1, 2]);
    expect(placesOf(finding(), 0)).toEqual([]);
    expect(placesOf(finding('OWASP_LLM02'), 0)).toBeUndefined();
  });

  it('whose tags refer to missing mappings is refused', () => {
    expect(() => tagMappingOf({ ...mapping(), tags: [{ ref: 'OWASP_LLM01', source: 's', mappings: [4] }] })).toThrow(
      ContractError,
    );
  });

  test('of an earlier release, which is one document, gives the mappings of each finding', () => {
    const { placesOf: _, counts: __, mappings, tags: ___, ...facts } = mapping();
    const findings = [
      { id: 'fnd_1', mappings: [mappings[2]!, mappings[0]!] },
      { id: 'fnd_2', mappings: [] },
    ];
    const old = mappingOfDocument(canonicalJson({ ...facts, findings }));
    expect(old.counts).toEqual({ findings: 2, refs: 2 });
    expect(old.placesOf({ id: 'fnd_1', refs: [] }, 0)?.map((place) => old.mappings[place])).toEqual([
      ...[mappings[0], mappings[2]],
    ]);
    expect(old.placesOf({ id: 'fnd_2', refs: [] }, 1)).toEqual([]);
    expect(old.placesOf({ id: 'fnd_1', refs: [] }, 1)).toBeUndefined();
  });
});
