import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadFrameworks } from '../src/index.js';
import { FRAMEWORK_NAMES } from '../src/refs.js';

const { catalogs, resolveRef: resolve, frameworkOf } = loadFrameworks();

const resolveRef = (text: string): string | undefined => {
  const resolution = resolve(text);
  return resolution.kind === 'found' ? resolution.ref : undefined;
};
const controls = catalogs.flatMap((catalog) => catalog.controls.map((control) => ({ catalog, control })));

/** Spellings that name a control beyond doubt: its ref, its own id, every listed alias, and each after a name with an edition. */
const spellings = controls.flatMap(({ catalog: { framework, edition }, control: { ref, nativeId, aliases = [] } }) => {
  const own = [...(/[a-z]/i.test(nativeId) ? [nativeId] : []), ...aliases];
  const named = FRAMEWORK_NAMES[framework].flatMap((name) =>
    [nativeId, ...aliases].flatMap((id) => [`${name} ${id}`, `${name}:${edition} ${id}`, `${name}@${edition} ${id}`]),
  );
  return [...own, ...named].map((text) => ({ ref, text }));
});

/** Another way to write the same text: other case, other separators, spaces around them. */
const rewritten = (text: string, separators: readonly string[], upper: boolean): string => {
  let next = 0;
  const separated = text.replace(/[\s._:/@-]+/g, () => separators[next++ % separators.length] ?? ' ');
  return upper ? separated.toUpperCase() : separated.toLowerCase();
};

describe('every control of every catalog', () => {
  it('is found by its ref, its own id and every alias, alone and after each name of its framework', () => {
    expect(spellings.length).toBeGreaterThan(5_000);
    for (const { control } of controls) expect(resolveRef(control.ref)).toBe(control.ref);
    for (const { ref, text } of spellings) expect(resolveRef(text), text).toBe(ref);
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

  it('has aliases that no other control has', () => {
    const refsByAlias = new Map<string, Set<string>>();
    for (const { control } of controls) {
      for (const alias of control.aliases ?? []) {
        refsByAlias.set(alias, (refsByAlias.get(alias) ?? new Set()).add(control.ref));
      }
    }
    for (const [alias, refs] of refsByAlias) expect([...refs], alias).toHaveLength(1);
  });
});

describe('what several controls are called', () => {
  const numbers = Array.from({ length: 10 }, (_, index) => `${index + 1}`.padStart(2, '0'));

  it.each(numbers)('is none of them: LLM%s without an edition', (number) => {
    for (const text of [
      `LLM${number}`,
      `llm-${number}`,
      `owasp:llm${number}`,
      `owasp:llm:${number}`,
      `OWASP LLM${number}`,
      number,
    ])
      expect(resolveRef(text), text).toBeUndefined();
    expect(resolveRef(`OWASP_LLM@2023 ${number}`)).toBe(`OWASP_LLM_2023_${number}`);
    expect(resolveRef(`OWASP_LLM@2025 LLM${number}`)).toBe(`OWASP_LLM${number}`);
    expect(resolveRef(`OWASP_LLM_2025_${number}`)).toBe(`OWASP_LLM${number}`);
    expect(resolveRef(`OWASP Top 10 for LLM Applications 2026: LLM${number}`)).toBe(`OWASP_LLM_2026_${number}`);
  });
});

describe('somebody else’s id', () => {
  it.each([
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

it('answers a control of a catalog, of the framework that is named, or nothing, whatever the text', () => {
  const names = Object.values(FRAMEWORK_NAMES).flat();
  const fragments = fc.oneof(
    fc.constantFrom(...names, ...catalogs.map(({ edition }) => edition)),
    fc.constantFrom(...controls.flatMap(({ control: { nativeId, ref } }) => [nativeId, ref])),
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
