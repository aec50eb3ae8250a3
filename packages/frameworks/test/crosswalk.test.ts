import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type RecordedPair, withSource } from '../src/crosswalk-data.js';
import { type CrosswalkPair } from '../src/index.js';
import { loadFrameworks } from '../src/load.js';

const frameworks = loadFrameworks();
const { pairs } = frameworks.crosswalk;
const entries = new Map(
  frameworks.catalogs.flatMap(({ controls, otherEntries = [] }) =>
    [...controls, ...otherEntries].map((entry) => [entry.ref, entry] as const),
  ),
);
const nameOf = ({ refA, refB }: CrosswalkPair) => `${refA} ${refB}`;
const dataFile = (name: string) => readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8');

describe('every pair', () => {
  it('joins two frameworks, and is listed once', () => {
    for (const pair of pairs) {
      const [a, b] = [frameworks.frameworkOf(pair.refA), frameworks.frameworkOf(pair.refB)];
      expect(a, pair.refA).toBeDefined();
      expect(b, pair.refB).toBeDefined();
      expect(a, nameOf(pair)).not.toBe(b);
    }
    const ends = pairs.map(({ refA, refB }) => [refA, refB].sort().join(' '));
    expect(ends.filter((each, index) => ends.indexOf(each) !== index)).toEqual([]);
  });

  it('does not end at a duty of a whole class of systems, nor at one of general-purpose models', () => {
    const everySystem = frameworks.catalogs.flatMap(({ controls }) =>
      controls.filter(({ appliesToEvery }) => appliesToEvery !== undefined).map(({ ref }) => ref),
    );
    const barred = new Set([...everySystem, 'EU_AI_ACT_Art53', 'EU_AI_ACT_Art54', 'EU_AI_ACT_Art55']);
    expect(pairs.filter(({ refA, refB }) => barred.has(refA) || barred.has(refB)).map(nameOf)).toEqual([]);
  });

  it('has a reason in one sentence that names both ends, and says if only a heading was read', () => {
    for (const pair of pairs) {
      expect(pair.rationale, nameOf(pair)).toMatch(/^\S[^\n]*[^.]\.$/);
      expect(pair.rationale, nameOf(pair)).not.toMatch(/[.!?]\s/);
      for (const ref of [pair.refA, pair.refB]) {
        const { nativeId, title, aliases = [] } = entries.get(ref)!;
        const isNamed = [nativeId, title, ...aliases].some((each) => pair.rationale.includes(each));
        expect(isNamed, `${ref} in: ${pair.rationale}`).toBe(true);
      }
      if (pair.refB.startsWith('ISO_42001_')) expect(pair.rationale).toMatch(/only the heading was read/);
    }
  });

  it('does not claim a review that nobody has made', () => {
    expect(pairs.filter(({ reviewedBy }) => reviewedBy !== '').map(nameOf)).toEqual([]);
  });
});

describe('the basis of a pair', () => {
  const editionOfPublisher = ({ source, refA, refB }: CrosswalkPair) =>
    frameworks.catalogs.some(
      ({ publisher, edition, controls }) =>
        publisher.includes(source.publisher) &&
        edition === source.edition &&
        controls.some(({ ref }) => ref === refA || ref === refB),
    );

  it('is official only if the publisher of one end asserts the pair in that edition', () => {
    const official = pairs.filter(({ basis }) => basis === 'official');
    expect(official.length).toBeGreaterThan(0);
    expect(official.filter((pair) => !editionOfPublisher(pair)).map(nameOf)).toEqual([]);
  });

  it('is derived if no publication asserts the pair for exactly these entries', () => {
    const asserted = pairs.filter(({ basis }) => basis !== 'derived');
    expect(asserted.filter(({ independentSources }) => independentSources === 0).map(nameOf)).toEqual([]);
    const ownReading = pairs.filter(({ source }) => source.publisher === 'Evidence Reports');
    expect(ownReading.filter(({ basis }) => basis !== 'derived').map(nameOf)).toEqual([]);
  });

  it('of a tactic of ATLAS or a practice of the NIST AI RMF is strong only if a publisher states so', () => {
    const broad = /^(MITRE_ATLAS_AML_TA|NIST_AI_600_1_(GV|MP|MS|MG)_)/;
    const strong = pairs.filter(({ refB, strength }) => strength === 'primary' && broad.test(refB));
    expect(strong.length).toBeGreaterThan(0);
    expect(strong.filter(({ refA, basis }) => refA.startsWith('OWASP_LLM_2026_') && basis === 'official')).toEqual(
      strong,
    );
  });

  it('is strong for few: at most three primary controls of a framework per risk, plus those of an official publication', () => {
    const officialDocuments = new Set(
      pairs.filter(({ basis }) => basis === 'official').map(({ source }) => source.url),
    );
    const counts = new Map<string, number>();
    for (const { refA, refB, strength, source } of pairs) {
      if (strength !== 'primary' || officialDocuments.has(source.url)) continue;
      const key = `${refA} ${frameworks.frameworkOf(refB)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 3)).toEqual([]);
  });
});

describe('the sources', () => {
  it('are named with their terms in the notices', () => {
    const [notice, licences] = [dataFile('NOTICE.md'), dataFile('LICENSE-data')];
    for (const { source, licence } of pairs) {
      expect(notice).toContain(source.document.split(',')[0]);
      expect(licences).toContain(licence);
    }
  });

  it('must be known', () => {
    const pair = {
      refA: 'OWASP_LLM01',
      refB: 'EU_AI_ACT_Art15',
      source: 'nobody',
      assertedBy: [],
    } as unknown as RecordedPair;
    expect(() => withSource(pair, {})).toThrow(/OWASP_LLM01, EU_AI_ACT_Art15.*"nobody".*sources\.json/);
  });
});
