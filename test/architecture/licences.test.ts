import { expect, test } from 'vitest';
import { isAllowed, licenceProblems, notices, sbom, withoutNotice } from '../../tools/sbom.js';

const made = sbom();

test('the bill of materials is CycloneDX 1.6, names each library by its purl and hash, and lists the data', () => {
  expect(made).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  const libraries = made.components.filter(({ type, group }) => type === 'library' && group !== '@evidence');
  expect(libraries.length).toBeGreaterThan(100);
  for (const { purl, externalReferences } of libraries) {
    expect(purl).toMatch(/^pkg:npm\/.+@\d/);
    expect(JSON.stringify(externalReferences)).toContain('SHA-512');
  }
  expect(made.components.filter(({ type }) => type === 'data').length).toBe(notices().length);
});

test('everything that is distributed has a licence that allows it: code, fonts and data', () => {
  expect(licenceProblems(made)).toEqual([]);
  expect(withoutNotice()).toEqual([]);
  for (const { files, from, terms } of notices())
    expect([files.length > 0, from !== '', terms !== '']).toEqual([true, true, true]);
});

test('a component without a licence, or with a licence that is not allowed, is found', () => {
  const library = { type: 'library', name: 'x', version: '1.0.0' };
  const copyleft = { ...library, licenses: [{ license: { id: 'AGPL-3.0-only' } }] };
  const font = { ...copyleft, group: '@expo-google-fonts', licenses: [{ license: { id: 'MIT' } }] };
  expect(licenceProblems({ components: [library, copyleft, font] })).toEqual([
    expect.stringContaining('names no licence'),
    expect.stringContaining('AGPL-3.0-only'),
    expect.stringContaining('font'),
  ]);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-2.0)', true],
  ['(BSD-3-Clause AND Apache-2.0)', true],
  ['MIT AND GPL-2.0', false],
  ['(MIT OR GPL-2.0) AND GPL-3.0', false],
  ['MIT AND (GPL-2.0 OR OFL-1.1)', true],
  ['', false],
])('%s: %s', (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});
