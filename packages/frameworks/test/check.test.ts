import { describe, expect, it } from 'vitest';
import { BrokenDataError, brokenRows } from '../src/check.js';
import type { CrosswalkPair } from '../src/crosswalk-data.js';
import type { Catalog, Control, FrameworksData } from '../src/data.js';
import { readData } from '../src/load.js';

const data = readData();

/** The data with one catalog changed. */
const withCatalog = (name: string, change: (catalog: Catalog) => Catalog): FrameworksData => ({
  ...data,
  catalogs: data.catalogs.map((each) => (`${each.framework}@${each.edition}` === name ? change(each) : each)),
});

const withControl = (name: string, change: (control: Control) => object): FrameworksData =>
  withCatalog(name, (catalog) => {
    const [first, ...others] = catalog.controls;
    return { ...catalog, controls: [change(first!) as Control, ...others] };
  });

const withPair = (change: object): FrameworksData => {
  const [first, ...others] = data.pairs;
  return { ...data, pairs: [{ ...first!, ...change } as CrosswalkPair, ...others] };
};

it('the data of the package is sound', () => expect(brokenRows(data)).toEqual([]));

describe('a broken row of a catalog is named', () => {
  const AGENTIC = 'OWASP_AGENTIC@2026';
  const ACT = 'EU_AI_ACT@2024/1689@2026-07-27';

  it.each<[what: string, broken: FrameworksData, sentence: RegExp]>([
    [
      'without a title',
      withControl(AGENTIC, (each) => ({ ...each, title: '' })),
      /, OWASP_AGENTIC_ASI01: title is missing\./,
    ],
    [
      'with a ref of another spelling',
      withControl(AGENTIC, (each) => ({ ...each, ref: 'ASI 01' })),
      /the ref "ASI 01" is not spelled/,
    ],
    [
      'without a ref',
      withControl(AGENTIC, ({ ref: _, ...each }) => each),
      /, row 1: the ref "undefined" is not spelled/,
    ],
    [
      'of an edition that may be the older or the newer one',
      withCatalog('OWASP_LLM@2025', (each) => ({ ...each, published: '2023-10-16' })),
      /^OWASP_LLM: which came first, 2023 \(2023-10\) or 2025 \(2023-10-16\)\? Say the month or the day\.$/,
    ],
    ['that is none', withControl(AGENTIC, () => null as never), /OWASP_AGENTIC@2026, row 1: it is no entry/],
    [
      'there twice',
      withCatalog(AGENTIC, (each) => ({ ...each, controls: [...each.controls, each.controls[0]!] })),
      /"OWASP_AGENTIC_ASI01" is also what OWASP_AGENTIC_ASI01 is called/,
    ],
    [
      'with an alias of another one',
      withControl(AGENTIC, (each) => ({ ...each, aliases: ['ASI02'] })),
      /"ASI02" is also what/,
    ],
    [
      'missing',
      withCatalog(AGENTIC, (each) => ({ ...each, controls: each.controls.slice(1) })),
      /counts states 10 entries of the kind control, and there are 9/,
    ],
    [
      'with a parent that is none',
      withControl('MITRE_ATLAS@2026.09', (each) => ({ ...each, parent: 'MITRE_ATLAS_AML_TA9999' })),
      /the parent MITRE_ATLAS_AML_TA9999 is not in the catalog/,
    ],
    [
      'without licence',
      withCatalog(AGENTIC, (each) => ({ ...each, licence: '' })),
      /OWASP_AGENTIC@2026: licence is missing/,
    ],
    [
      'compared on no day',
      withCatalog(AGENTIC, (each) => ({ ...each, comparedAt: 'today' })),
      /comparedAt "today" is no day/,
    ],
    [
      'for an unknown role',
      withControl(ACT, (each) => ({ ...each, applicability: { ...each.applicability, roles: ['user'] } })),
      /EU_AI_ACT_Art1: the role "user" is unknown/,
    ],
    [
      'that applies with nothing',
      withControl(ACT, (each) => ({
        ...each,
        applicability: { ...each.applicability, appliesWith: 'EU_AI_ACT_Art999' },
      })),
      /EU_AI_ACT_Art999, with which it applies, is not in the catalog/,
    ],
    [
      'of a default edition that is not there',
      { ...data, catalogs: data.catalogs.slice(0, -1), pairs: [] },
      /There is no catalog of ISO_42001@2023, the default edition/,
    ],
    [
      'of an edition that is there twice',
      { ...data, catalogs: [...data.catalogs, data.catalogs[0]!] },
      /There are two catalogs of OWASP_LLM@2023/,
    ],
  ])('%s', (_, broken, sentence) => expect(brokenRows(broken)).toContainEqual(expect.stringMatching(sentence)));
});

describe('a broken pair is named', () => {
  it.each([
    [{ refB: 'NO_SUCH_REF' }, /^The pair .*NO_SUCH_REF: no catalog has NO_SUCH_REF/],
    [{ refA: 'EU_AI_ACT_Art15', refB: 'EU_AI_ACT_Art5' }, /both are of EU_AI_ACT/],
    [{ refB: 'EU_AI_ACT_Art9' }, /EU_AI_ACT_Art9 applies to every high-risk AI system/],
    [{ refB: 'ISO_42001_6_1_2' }, /ISO_42001_6_1_2 applies to every/],
    [{ refA: data.pairs[1]?.refB, refB: data.pairs[1]?.refA }, /is there twice/],
    [{ basis: 'direct' }, /the basis "direct" is none of/],
    [{ strength: 'weak' }, /the strength "weak" is none of/],
    [{ relation: 'near' }, /the relation "near" is none of/],
    [{ basis: 'official', source: { ...data.pairs[0]?.source, url: '' } }, /its source has no url/],
    [{ licence: '' }, /the licence is missing/],
    [{ rationale: '' }, /the rationale is missing/],
    [{ rationale: 'One. Two.' }, /not one sentence/],
    [{ reviewedBy: undefined }, /reviewedBy is missing/],
    [{ independentSources: -1 }, /independentSources is no number/],
  ])('%o', (change, sentence) => expect(brokenRows(withPair(change))).toContainEqual(expect.stringMatching(sentence)));
});

describe('other broken rows are named', () => {
  const [garak, ...others] = data.tagTables;

  it.each<[what: string, broken: FrameworksData, sentence: RegExp]>([
    [
      'a succession to nothing',
      { ...data, successions: [{ from: 'OWASP_LLM01', to: 'OWASP_LLM_2027_01', change: 'equal' }] },
      /no catalog has OWASP_LLM_2027_01/,
    ],
    [
      'a succession that leaves out an edition',
      { ...data, successions: [{ from: 'OWASP_LLM_2023_01', to: 'OWASP_LLM_2026_01', change: 'equal' }] },
      /2026 is not the edition after 2023/,
    ],
    [
      'a succession there twice',
      { ...data, successions: [...data.successions, data.successions[0]!] },
      /is there twice/,
    ],
    [
      'a tag table of no version',
      { ...data, tagTables: [{ ...garak!, versions: { to: '' } }, ...others] },
      /The tags of garak: the version/,
    ],
    [
      'a doubt without a reason',
      { ...data, tagTables: [{ ...garak!, doubts: [{ tag: 'x', names: [], reason: '' }] }] },
      /the doubt about x has no reason/,
    ],
    [
      'a spelling that is no pattern',
      { ...data, tagTables: [{ ...garak!, spellings: [{ pattern: '(', means: '', because: 'a' }] }] },
      /the spelling \( is no regular expression/,
    ],
  ])('%s', (_, broken, sentence) => expect(brokenRows(broken)).toContainEqual(expect.stringMatching(sentence)));
});

it('broken data is refused with the first row, and how many more there are', () => {
  expect(new BrokenDataError(['Row 1 is broken.']).message).toBe("The frameworks' data is broken: Row 1 is broken.");
  expect(new BrokenDataError(['Row 1 is broken.', 'Row 2 too.']).message).toMatch(/and 1 more: npm run frameworks/);
});
