import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilerOf } from '../src/compiler.js';

const isDay = compilerOf([]).compile({ type: 'string', format: 'date' });
const isDayByItsParts = addFormats.default.get('date') as { readonly validate: (text: string) => boolean };
const isInstant = compilerOf([]).compile({ type: 'string', format: 'date-time' });
const { validate: isInstantByItsParts } = addFormats.default.get('date-time') as {
  readonly validate: (text: string) => boolean;
};

const isUuid = compilerOf([]).compile({ type: 'string', format: 'uuid' });
const uuidForm = addFormats.default.get('uuid') as RegExp;

const pairUpTo = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
const day = fc
  .tuple(
    fc.constantFrom('2024', '2026', '1900', '2000', '26'),
    pairUpTo(13),
    pairUpTo(32),
    fc.constantFrom('', '\n', ' ', 'Z'),
  )
  .map(([year, mm, dd, rest]) => `${year}-${mm}-${dd}${rest}`);
const instant = fc
  .tuple(
    fc.constantFrom('2024', '2026', '1900', '26'),
    pairUpTo(13),
    pairUpTo(32),
    fc.constantFrom('T', 't', ' ', ''),
    fc.oneof(fc.constantFrom('00', '23', '24'), pairUpTo(99)),
    fc.oneof(fc.constantFrom('00', '59', '60'), pairUpTo(99)),
    fc.oneof(fc.constantFrom('00', '59', '60'), pairUpTo(99)),
    fc.constantFrom('', '.', '.5', '.123456789'),
    fc.constantFrom('Z', 'z', '', '+01:00', '-23:59', '+24:00', 'Z\n'),
  )
  .map(([year, mm, dd, t, hour, minute, second, fraction, zone]) =>
    [year, '-', mm, '-', dd, t, hour, ':', minute, ':', second, fraction, zone].join(''),
  );

it('accepts exactly the days that the check of each part accepts', () => {
  fc.assert(
    fc.property(day, (text) => {
      expect(isDay(text)).toBe(isDayByItsParts.validate(text));
    }),
    { numRuns: 20_000 },
  );
});

it('accepts exactly the instants that the check of each part accepts', () => {
  fc.assert(
    fc.property(instant, (text) => {
      expect(isInstant(text)).toBe(isInstantByItsParts(text));
    }),
    { numRuns: 20_000 },
  );
});

it('accepts exactly the UUIDs that ajv-formats accepts', () => {
  const spoilt = fc
    .tuple(fc.uuid(), fc.constantFrom('', 'urn:uuid:', ' '), fc.nat(36), fc.constantFrom('', '-', 'g', 'F', '0', '\n'))
    .map(([uuid, prefix, at, text]) => `${prefix}${uuid.slice(0, at)}${text}${uuid.slice(at + text.length)}`);
  fc.assert(
    fc.property(
      fc.oneof(
        spoilt,
        spoilt.map((text) => text.toUpperCase()),
      ),
      (text) => {
        expect(isUuid(text)).toBe(uuidForm.test(text));
      },
    ),
    { numRuns: 20_000 },
  );
});

it('counts the length of a text in code points', () => {
  const limits = { minLength: 2, maxLength: 4 };
  const isOfLength = compilerOf([]).compile({ type: 'string', ...limits });
  const text = fc
    .array(fc.constantFrom('a', 'é', '😀', '\ud83d', '\ude00'), { maxLength: 10 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (text) => {
      const { length } = [...text];
      expect(isOfLength(text)).toBe(length >= limits.minLength && length <= limits.maxLength);
    }),
    { numRuns: 20_000 },
  );
  expect(isOfLength('😀')).toBe(false);
  expect(isOfLength.errors).toMatchObject([{ keyword: 'minLength', message: 'must NOT have fewer than 2 characters' }]);
});

it('reports a wrong length before a wrong pattern, as Ajv does', () => {
  const isName = compilerOf([]).compile({
    type: 'string',
    minLength: 1,
    maxLength: 3,
    pattern: '^a*$',
    format: 'uuid',
  });
  expect(['', 'bbbb', 'bb', 'aa'].map((text) => isName(text) || isName.errors?.[0]?.keyword)).toEqual([
    'minLength',
    'maxLength',
    'pattern',
    'format',
  ]);
});

it.each([
  ['2026-11-23T10:00:00.000Z', true],
  ['2024-02-29T23:59:59Z', true],
  ['2026-02-29T10:00:00Z', false],
  ['2026-11-31T10:00:00Z', false],
  ['2026-12-31T23:59:60Z', true],
  ['2026-11-23T10:00:60Z', false],
  ['2026-11-23T24:00:00Z', false],
  ['2026-11-23', false],
])('%s: %s', (text, is) => {
  expect(isInstant(text)).toBe(is);
});
