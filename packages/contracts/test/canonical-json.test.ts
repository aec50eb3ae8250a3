import { expect, test } from 'vitest';
import { canonicalJson } from '../src/index.js';

const text = (value: unknown) => Buffer.from(canonicalJson(value)).toString('utf8');

test('the example of RFC 8785 §3.2.2 comes out as the RFC prints it', () => {
  const input = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  );
  expect(text(input)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('members are sorted by UTF-16 code units, at every depth (RFC 8785 §3.2.3)', () => {
  expect(text({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  );
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [undefined]])(
  '%s is refused: it has no canonical form',
  (value) => {
    expect(() => canonicalJson(value)).toThrow();
  },
);
