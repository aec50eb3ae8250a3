import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REPORT_ID_BYTES, reportIdOf } from '../../../src/core/reports/report-id.js';

const SEED = 20261123;

test('an id contains the year and all 128 bits, in digits that sort like the bits', () => {
  expect(reportIdOf(2026, new Uint8Array(REPORT_ID_BYTES))).toBe(`rpt_2026_${'0'.repeat(26)}`);
  expect(reportIdOf(2026, new Uint8Array(REPORT_ID_BYTES).fill(255))).toBe(`rpt_2026_7${'v'.repeat(25)}`);
  const bytes = fc.uint8Array({ minLength: REPORT_ID_BYTES, maxLength: REPORT_ID_BYTES });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      expect(Math.sign(reportIdOf(2026, one).localeCompare(reportIdOf(2026, other), 'en'))).toBe(
        Math.sign(Buffer.compare(one, other)),
      );
    }),
    { seed: SEED },
  );
});
