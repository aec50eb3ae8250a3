import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadFrameworks } from '../src/load.js';
import { FRAMEWORK_NAMES } from '../src/spellings.js';

const { catalogs, resolveRef: resolve, frameworkOf } = loadFrameworks();

const resolveRef = (text: string): string | undefined => {
  const resolution = resolve(text);
  return resolution.kind === 'found' ? resolution.ref : undefined;
};

const entries = catalogs.flatMap((catalog) =>
  [...catalog.controls, ...(catalog.otherEntries ?? [])].map((entry) => ({ catalog, entry })),
);

/** An ISO number alone could be of any standard, `A.6` of any list, and `GOVERN` is a word. These are found only exactly as they are, or after a name. */
const isLoose = (id: string): boolean => /[a-z]/i.test(id) && /[\s\d]/.test(id) && !/^[a-z]\.\d+$/i.test(id);

/** Unambiguous spellings of an entry: its own id and every listed alias, alone and after each name, with or without an edition. */
const spellings = entries.flatMap(({ catalog: { framework, edition }, entry: { ref, nativeId, aliases = [] } }) => {
  const ids = [nativeId, ...aliases];
  const named = FRAMEWORK_NAMES[framework].flatMap((name) =>
    ids.flatMap((id) => [`${name} ${id}`, `${name}:${edition} ${id}`, `${name}@${edition} ${id}`]),
  );
  return [...ids.filter(isLoose), ...named].map((text) => ({ ref, text }));
});

/** An id followed by a title, as in reports of tools. */
const titled = entries.flatMap(({ catalog: { framework }, entry: { ref, nativeId, title, formerTitles = [] } }) =>
  [title, ...formerTitles].map((each) => {
    const id = /[a-z]/i.test(nativeId) ? nativeId : `${framework} ${nativeId}`;
    return { ref, id, title: each };
  }),
);

/** Another spelling of the same text: other case, other separators, spaces around them. */
const rewritten = (text: string, separators: readonly string[], upper: boolean): string => {
  let next = 0;
  const separated = text.replace(/[\s._:/@-]+/g, () => separators[next++ % separators.length] ?? ' ');
  return upper ? separated.toUpperCase() : separated.toLowerCase();
};

describe('every entry of every catalog', () => {
  it('is found by its ref, its own id and every alias, alone and after each name of its framework', () => {
    expect(spellings.length).toBeGreaterThan(20_000);
    for (const { entry } of entries) expect(resolveRef(entry.ref)).toBe(entry.ref);
    for (const { entry } of entries.filter(({ entry }) => /[a-z]/i.test(entry.nativeId)))
      expect(resolveRef(entry.nativeId), entry.nativeId).toBe(entry.ref);
    for (const { ref, text } of spellings) expect(resolveRef(text), text).toBe(ref);
  });

  it('is found by its id and a title, however a tool joins the two', () => {
    expect(titled.length).toBeGreaterThan(1_000);
    for (const { ref, id, title } of titled) expect(resolveRef(`${id}: ${title}`), `${id}: ${title}`).toBe(ref);
    const joins = fc.constantFrom(': ', ' ', ' - ', ' \u2013 ', ' \u2014 ', '\u2014', ', ', ' / ', '_');
    const writings = fc.subarray([
      ['&', 'and'],
      [' and ', ' & '],
      ['-', '\u2011'],
      ['-', '\u2013'],
      ['\u2013', '-'],
      ["'", '\u2019'],
      ['\u2019', "'"],
      ['\u201c', '"'],
      [',', ''],
      [' ', '_'],
    ] as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...titled),
        joins,
        writings,
        fc.boolean(),
        ({ ref, id, title }, join, ways, lower) => {
          const written = ways.reduce((text, [from, to]) => text.replaceAll(from, to), title);
          const text = `${id}${join}${lower ? written.toLowerCase() : written}`;
          expect(resolveRef(text), text).toBe(ref);
        },
      ),
      { seed: 20261129, numRuns: 10_000 },
    );
  });

  it('is found by its id and its title in brackets', () => {
    for (const { ref, id, title } of titled) expect(resolveRef(`${id} (${title})`), `${id} (${title})`).toBe(ref);
  });

  it('is not found by its id and the title of another entry of its framework', () => {
    const differ = fc
      .tuple(fc.constantFrom(...titled), fc.constantFrom(...titled))
      .filter(([a, b]) => a.ref !== b.ref && !titled.some(({ ref, title }) => ref === a.ref && title === b.title));
    fc.assert(
      fc.property(differ, ([{ id }, { title }]) => {
        expect(resolve(`${id}: ${title}`).kind).toBe('unknown');
      }),
      { seed: 20261129, numRuns: 3_000 },
    );
  });

  it('is found in any case and with any separators', () => {
    const separators = fc.array(fc.constantFrom(' ', '.', '_', '-', ':', '/', ' - ', '@'), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...spellings), separators, fc.boolean(), ({ ref, text }, between, upper) => {
        expect(resolveRef(rewritten(text, between, upper))).toBe(ref);
      }),
      { seed: 20261124, numRuns: 3_000 },
    );
  });

  it('has aliases that no other entry has', () => {
    const refsByAlias = new Map<string, Set<string>>();
    for (const { entry } of entries) {
      for (const alias of entry.aliases ?? []) {
        refsByAlias.set(alias, (refsByAlias.get(alias) ?? new Set()).add(entry.ref));
      }
    }
    for (const [alias, refs] of refsByAlias) expect([...refs], alias).toHaveLength(1);
  });
});

describe('a name that several controls have', () => {
  const numbers = Array.from({ length: 9 }, (_, index) => `${index + 2}`.padStart(2, '0'));
  const withoutEdition = (number: string) => [
    `LLM${number}`,
    `llm-${number}`,
    `owasp:llm${number}`,
    `owasp:llm:${number}`,
    `owasp/LLM${number}`,
    `external/owasp/LLM${number}`,
    `OWASP LLM${number}`,
  ];

  it('is found if all are the same entry: LLM01 without an edition', () => {
    for (const text of [...withoutEdition('01'), 'LLM01: Prompt Injection', 'LLM01 (Prompt Injection)'])
      expect(resolveRef(text), text).toBe('OWASP_LLM01');
  });

  it.each(numbers)('is ambiguous otherwise: LLM%s without an edition', (number) => {
    const refs = [`OWASP_LLM${number}`, `OWASP_LLM_2023_${number}`, `OWASP_LLM_2026_${number}`];
    for (const text of withoutEdition(number)) expect(resolve(text), text).toEqual({ kind: 'ambiguous', refs });
    expect(resolve(number)).toEqual({ kind: 'unknown' });
    expect(resolveRef(`owasp:2023:llm${number}`)).toBe(`OWASP_LLM_2023_${number}`);
    expect(resolveRef(`owasp:2025:llm${number}`)).toBe(`OWASP_LLM${number}`);
    expect(resolveRef(`external/owasp/LLM${number}:2026`)).toBe(`OWASP_LLM_2026_${number}`);
    expect(resolveRef(`OWASP_LLM@2023 ${number}`)).toBe(`OWASP_LLM_2023_${number}`);
    expect(resolveRef(`OWASP_LLM@2025 LLM${number}`)).toBe(`OWASP_LLM${number}`);
    expect(resolveRef(`OWASP_LLM_2025_${number}`)).toBe(`OWASP_LLM${number}`);
    expect(resolveRef(`OWASP Top 10 for LLM Applications 2026: LLM${number}`)).toBe(`OWASP_LLM_2026_${number}`);
  });
});

describe('a paragraph of the AI Act', () => {
  it.each([
    ['Art. 15(4)', 'EU_AI_ACT_Art15', true],
    ['Article 5(1)(c)(ii)', 'EU_AI_ACT_Art5', true],
    ['Article 5 (1) (ba)', 'EU_AI_ACT_Art5', true],
    ['EU AI Act Article 10(5)', 'EU_AI_ACT_Art10', true],
    ['Article 5, paragraph 1, point (a)', 'EU_AI_ACT_Art5', true],
    ['Article 4a(2)', 'EU_AI_ACT_Art4a', true],
    ['Annex III, point 5(b)', 'EU_AI_ACT_AnnexIII', true],
    ['Article 15(4) - Accuracy, robustness and cybersecurity', 'EU_AI_ACT_Art15', true],
    ['Art. 15(9)', 'EU_AI_ACT_Art15', false],
    ['Annex III(9)', 'EU_AI_ACT_AnnexIII', false],
  ])('is reduced to its article, and is checked: %s', (text, ref, paragraphChecked) =>
    expect(resolve(text)).toEqual({ kind: 'found', ref, paragraphChecked }),
  );

  it('is not cited by a title', () => {
    expect(resolve('Annex III: High-risk AI systems referred to in Article 6(2)')).toEqual({
      kind: 'found',
      ref: 'EU_AI_ACT_AnnexIII',
    });
  });
});

describe('the id of another framework', () => {
  it.each([
    'MP-2 (1)',
    'A6',
    'A10:2021',
    'OWASP A2',
    'owasp:2024:llm01',
    'map',
    'govern',
    'impact',
    'Reconnaissance',
    'Prompt Injection',
    'mitre:atlas:prompt-injection',
    'LLM01: Insecure Output Handling',
    'AML.T0051 - LLM Jailbreak',
    'AML.TA0001: Impact',
    'Art. 15(see)',
    'Article 15 (GDPR)',
    'MP-2(1)',
    'Article 1\uff15',
    'Art\u0131cle 15',
    'GDPR Article 15',
    'MITRE ATT&CK T1059',
    'OWASP A01:2021',
    'OWASP_LLM@2024 LLM01',
    'OWASP_LLM ASI01',
    'ISO/IEC 27001 A.6.2.8',
    'ISO_420016.1.2',
    'EU AI Act Article 15 bis',
    'Art. 15(see below)',
  ])('is not taken for ours: %s', (text) => expect(resolveRef(text)).toBeUndefined());
});

it('any text gives a control of a catalog, of the named framework, or nothing', () => {
  const names = Object.values(FRAMEWORK_NAMES).flat();
  const fragments = fc.oneof(
    fc.constantFrom(...names, ...catalogs.map(({ edition }) => edition)),
    fc.constantFrom(...entries.flatMap(({ entry: { nativeId, ref } }) => [nativeId, ref])),
    fc.constantFrom(
      'LLM',
      'ASI',
      'AML.T',
      'Art. ',
      'Annex ',
      'clause ',
      '(4)',
      '@',
      ':',
      ' ',
      '.',
      '0',
      '1',
      '2',
      '15',
    ),
    fc.string({ maxLength: 6 }),
  );
  const texts = fc.array(fragments, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const frameworkNamed = (text: string) =>
    Object.entries(FRAMEWORK_NAMES).find(([slug]) => text.startsWith(`${slug} `))?.[0];
  fc.assert(
    fc.property(texts, (text) => {
      const ref = resolveRef(text);
      if (ref === undefined) return;
      expect(frameworkOf(ref), text).toBeDefined();
      expect([undefined, frameworkOf(ref)], text).toContain(frameworkNamed(text));
    }),
    { seed: 20261124, numRuns: 5_000 },
  );
});
