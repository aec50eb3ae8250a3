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
      'with a ref of another form',
      withControl(AGENTIC, (each) => ({ ...each, ref: 'ASI 01' })),
      /the ref "ASI 01" does not have the form/,
    ],
    [
      'without a ref',
      withControl(AGENTIC, ({ ref: _, ...each }) => each),
      /, row 1: the ref "undefined" does not have the form/,
    ],
    [
      'of an edition that may be older or newer than another',
      withCatalog('OWASP_LLM@2025', (each) => ({ ...each, published: '2023-10-16' })),
      /^OWASP_LLM: it is unclear whether 2023 \(2023-10\) or 2025 \(2023-10-16\) came first\. State the month or the day\.$/,
    ],
    ['that is not an entry', withControl(AGENTIC, () => null as never), /OWASP_AGENTIC@2026, row 1 is not an entry/],
    [
      'listed twice',
      withCatalog(AGENTIC, (each) => ({ ...each, controls: [...each.controls, each.controls[0]!] })),
      /"OWASP_AGENTIC_ASI01" is also a name of OWASP_AGENTIC_ASI01/,
    ],
    [
      'with an alias that another entry has',
      withControl(AGENTIC, (each) => ({ ...each, aliases: ['ASI02'] })),
      /"ASI02" is also a name of/,
    ],
    [
      'missing',
      withCatalog(AGENTIC, (each) => ({ ...each, controls: each.controls.slice(1) })),
      /counts states 10 entries of the kind control, but there are 9/,
    ],
    [
      'with a parent that is not in the catalog',
      withControl('MITRE_ATLAS@2026.09', (each) => ({ ...each, parent: 'MITRE_ATLAS_AML_TA9999' })),
      /the parent MITRE_ATLAS_AML_TA9999 is not in the catalog/,
    ],
    [
      'without licence',
      withCatalog(AGENTIC, (each) => ({ ...each, licence: '' })),
      /OWASP_AGENTIC@2026: licence is missing/,
    ],
    [
      'compared on an invalid day',
      withCatalog(AGENTIC, (each) => ({ ...each, comparedAt: 'today' })),
      /comparedAt "today" is not a day/,
    ],
    [
      'for an unknown role',
      withControl(ACT, (each) => ({ ...each, applicability: { ...each.applicability, roles: ['user'] } })),
      /EU_AI_ACT_Art1: the role "user" is unknown/,
    ],
    [
      'that applies with an unknown article',
      withControl(ACT, (each) => ({
        ...each,
        applicability: { ...each.applicability, appliesWith: 'EU_AI_ACT_Art999' },
      })),
      /appliesWith names EU_AI_ACT_Art999, which is not in the catalog/,
    ],
    [
      'of a default edition without a catalog',
      { ...data, catalogs: data.catalogs.slice(0, -1), pairs: [] },
      /There is no catalog of ISO_42001@2023, the default edition/,
    ],
    [
      'of an edition with two catalogs',
      { ...data, catalogs: [...data.catalogs, data.catalogs[0]!] },
      /There are two catalogs of OWASP_LLM@2023/,
    ],
  ])('%s', (_, broken, sentence) => expect(brokenRows(broken)).toContainEqual(expect.stringMatching(sentence)));
});

describe('a broken pair is named', () => {
  it.each([
    [{ refB: 'NO_SUCH_REF' }, /^The pair .*NO_SUCH_REF: no catalog has NO_SUCH_REF/],
    [{ refA: 'EU_AI_ACT_Art15', refB: 'EU_AI_ACT_Art5' }, /both belong to EU_AI_ACT/],
    [{ refB: 'EU_AI_ACT_Art9' }, /EU_AI_ACT_Art9 applies to every high-risk AI system/],
    [{ refB: 'ISO_42001_6_1_2' }, /ISO_42001_6_1_2 applies to every/],
    [{ refA: data.pairs[1]?.refB, refB: data.pairs[1]?.refA }, /is listed twice/],
    [{ basis: 'direct' }, /the basis "direct" is not one of/],
    [{ strength: 'weak' }, /the strength "weak" is not one of/],
    [{ relation: 'near' }, /the relation "near" is not one of/],
    [{ basis: 'official', source: { ...data.pairs[0]?.source, url: '' } }, /its source has no url/],
    [{ licence: '' }, /the licence is missing/],
    [{ rationale: '' }, /the rationale is missing/],
    [{ rationale: 'One. Two.' }, /not one sentence/],
    [{ reviewedBy: undefined }, /reviewedBy is missing/],
    [{ independentSources: -1 }, /independentSources is not a whole number/],
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
      'a succession listed twice',
      { ...data, successions: [...data.successions, data.successions[0]!] },
      /is listed twice/,
    ],
    [
      'a tag table without a version',
      { ...data, tagTables: [{ ...garak!, versions: { to: '' } }, ...others] },
      /The tags of garak: the version/,
    ],
    [
      'a doubt without a reason',
      { ...data, tagTables: [{ ...garak!, doubts: [{ tag: 'x', names: [], reason: '' }] }] },
      /the doubt about x has no reason/,
    ],
    [
      'a spelling that is not a regular expression',
      { ...data, tagTables: [{ ...garak!, spellings: [{ pattern: '(', means: '', because: 'a' }] }] },
      /the spelling \( is not a regular expression/,
    ],
  ])('%s', (_, broken, sentence) => expect(brokenRows(broken)).toContainEqual(expect.stringMatching(sentence)));
});

it('broken data is refused with the first broken row and the number of others', () => {
  expect(new BrokenDataError(['Row 1 is broken.']).message).toBe("The frameworks' data is broken: Row 1 is broken.");
  expect(new BrokenDataError(['Row 1 is broken.', 'Row 2 too.']).message).toMatch(/and 1 more: npm run frameworks/);
});
