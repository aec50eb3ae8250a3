import { join } from 'node:path';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { eventSchemas } from '../src/generated/schemas.js';
import { readerOf } from '../src/readers.js';
import { spoilt } from './spoilt.js';

const built: { readonly readerOf: typeof readerOf } = await import(
  join(REPOSITORY, 'packages', 'contracts', 'dist', 'readers.js')
);

test('built programs do not compile contracts', () => {
  expect(String(built.readerOf)).not.toContain('openContracts');
});

test.each(Object.entries(eventSchemas))('the precompiled reader of %s says the same about any data', (name, schema) => {
  const [compiled, precompiled] = [readerOf(name)!, built.readerOf(name)!];
  for (const data of [schema.examples[0], ...spoilt(schema.examples[0])]) {
    const verdict = compiled(data);
    expect({ data, verdict: precompiled(data), errors: precompiled.errors }).toEqual({
      ...{ data, verdict, errors: compiled.errors },
    });
  }
});

test('there is no reader of an unknown schema', () => {
  expect(built.readerOf('ReportReady.v0')).toBe(readerOf('ReportReady.v0'));
});
