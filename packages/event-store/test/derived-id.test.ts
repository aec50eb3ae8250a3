import { describe, expect, test } from 'vitest';
import { derivedEventId, uuidV5 } from '../src/index.js';

describe('uuidV5', () => {
  test.each([
    // RFC 9562 Appendix A.4.
    ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    // Python's documentation of uuid.uuid5(NAMESPACE_DNS, 'python.org').
    ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  ])('of %s and %s matches the published example', (namespace, name, expected) => {
    expect(uuidV5(namespace, name)).toBe(expected);
  });
});

describe('derivedEventId', () => {
  const cause = '018f2c1e-7c2b-7b52-8f6e-111111111111';

  test('is the same for the same cause and type, and differs for another cause or type', () => {
    const id = derivedEventId(cause, 'ReportStarted');
    expect(derivedEventId(cause, 'ReportStarted')).toBe(id);
    expect(derivedEventId(cause, 'ReportScoped')).not.toBe(id);
    expect(derivedEventId('018f2c1e-7c2b-7b52-8f6e-111111111112', 'ReportStarted')).not.toBe(id);
  });

  test('accepts a UUID in upper or lower case, and a cause that is not a UUID', () => {
    expect(derivedEventId(cause.toUpperCase(), 'ReportStarted')).toBe(derivedEventId(cause, 'ReportStarted'));
    expect(derivedEventId('rpt_2026_abc', 'ReportRequested')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(derivedEventId('rpt_2026_abc', 'ReportRequested')).not.toBe(
      derivedEventId('rpt_2026_abd', 'ReportRequested'),
    );
  });
});
