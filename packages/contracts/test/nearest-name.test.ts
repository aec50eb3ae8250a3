import { expect, test } from 'vitest';
import { nearestName } from '../src/index.js';

const NAMES = ['title', 'frameworks', 'scope', 'format', 'mapping', 'strength', 'include_evidence'];

test.each([
  ['framework', 'frameworks'],
  ['framworks', 'frameworks'],
  ['tilte', 'title'],
  ['includeEvidence', 'include_evidence'],
  ['FORMAT', 'format'],
  ['mappings', 'mapping'],
])('%s means %s', (written, meant) => expect(nearestName(written, NAMES)).toBe(meant));

test.each(['', '__', 'x', 'colour', 'severity', 'frameworks'.repeat(100)])('"%s" is near to none', (written) =>
  expect(nearestName(written, NAMES)).toBeUndefined(),
);

test('of two equally near names, none is proposed', () => {
  expect(nearestName('fro', ['from', 'for'])).toBeUndefined();
  expect(nearestName('frm', ['from', 'for'])).toBe('from');
});
