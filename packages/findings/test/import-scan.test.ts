import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingIdOf, scanIdOf, testIdOf } from '../src/ids.js';
import { ImportRefusal } from '../src/index.js';
import { RESULTS_MAX } from '../src/limits.js';
import { attempt, evaluation, importRows, init } from './garak-file.js';
import { asLines, checkScan, type Imported, imported, inChunks, refusalOf } from './importing.js';

const probe = 'dan.Dan_11_0';
const detector = 'dan.DAN';
const report = asLines(init, evaluation(probe, detector, 1, 1));

describe('ids', () => {
  it('never change, because everything recorded depends on them (reference values from Python’s hashlib and base64)', () => {
    const scanId = scanIdOf('acme', 'ep_chat', 'a'.repeat(64));
    expect(scanId).toBe('scn_siom7h6yx7cgnq7yy3e46wkfpk');
    expect(findingIdOf('acme', 'ep_chat', ['garak', probe, detector])).toBe('fnd_fhoapzsh4t5l4jbgfoovsat5c7');
    expect(testIdOf('native', 'p', 'd')).toBe('tst_v4zdkif5bag4o5sfow2pthbbir');
  });

  it('depend on tenant, endpoint and content, not on time or chunks', async () => {
    const first = await imported(inChunks(report));
    const again = await imported(inChunks(report, 1), { importedAt: '2027-01-01T00:00:00.000Z' });
    expect(first.scan.scanId).toMatch(/^scn_[a-z2-7]{26}$/);
    expect(first.findings[0]?.findingId).toMatch(/^fnd_[a-z2-7]{26}$/);
    expect(again.scan.scanId).toBe(first.scan.scanId);
    expect(again.findings.map(({ findingId }) => findingId)).toEqual(first.findings.map(({ findingId }) => findingId));
    expect(first.scan.sourceSha256).toBe(createHash('sha256').update(report).digest('hex'));
  });

  it('of findings are the same in another file, but differ for another tenant or endpoint', async () => {
    const scans = await Promise.all([
      imported(inChunks(report)),
      imported(inChunks(report), { tenant: 'other' }),
      imported(inChunks(report), { endpointId: 'ep_other' }),
      imported(inChunks(`${report}\n`)),
    ]);
    expect(new Set(scans.map(({ scan }) => scan.scanId)).size).toBe(4);
    const [first, tenant, endpoint, file] = scans.map(({ findings }) => findings[0]?.findingId);
    expect(file).toBe(first);
    expect(new Set([first, tenant, endpoint]).size).toBe(3);
  });
});

describe('a file is refused', () => {
  it.each(['burp', 'GARAK', '', '__proto__'])('in a format we do not read: %s', async (format) => {
    expect(await refusalOf(imported(inChunks(report), { format }))).toMatchObject({ code: 'format_not_supported' });
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n \r\n\n'],
    ['prose', 'Dear Sir or Madam,\nplease find attached.\n'],
    ['JSON of another kind', '{"version": "2.1.0",\n "runs": []}\n'],
    ['a JSON array', '[]'],
    ['an unknown entry', '{"entry_type": "other"}'],
  ])('that is not garak’s: %s', async (_, content) => {
    expect(await refusalOf(imported(inChunks(content)))).toMatchObject({ code: 'not_this_format' });
  });

  it('with a line over 8 MiB, in chunks of any size', async () => {
    const long = `${JSON.stringify(init)}\n{"x":"${'x'.repeat(8 * 1024 * 1024)}"}\n`;
    expect(await refusalOf(imported(inChunks(long, 1 << 20)))).toMatchObject({ code: 'line_too_long' });
    expect(await refusalOf(imported(inChunks(long, long.length)))).toMatchObject({ code: 'line_too_long' });
  });

  it('above the limit for files, at the first byte too many', async () => {
    const size = Buffer.byteLength(report);
    expect(await refusalOf(imported(inChunks(report), { fileBytesMax: size - 1 }))).toMatchObject({
      code: 'too_large',
    });
    expect(await refusalOf(imported(inChunks(report), { fileBytesMax: size }))).toBeUndefined();
  });

  it('with more results than a scan can hold', async () => {
    const many = Array.from({ length: RESULTS_MAX + 1 }, (_, index) => evaluation(probe, `d.D${index}`, 0, 1));
    expect(await refusalOf(importRows(...many))).toMatchObject({ code: 'too_many_results' });
    const wide = Array.from({ length: 2000 }, (_, index) =>
      evaluation(`p.${'x'.repeat(400)}${index}`, `d.${'y'.repeat(400)}`, 1, 0),
    );
    expect(await refusalOf(importRows(...wide))).toMatchObject({ code: 'too_many_results' });
  });

  it('when its source breaks off', async () => {
    async function* broken() {
      yield* inChunks(report);
      throw new Error('connection reset');
    }
    expect(await refusalOf(imported(broken()))).toMatchObject({ code: 'unreadable' });
  });
});

describe('an excerpt', () => {
  const excerptOf = async (output: unknown) => {
    const { findings } = await importRows(
      attempt(probe, { [detector]: [1] }, [output]),
      evaluation(probe, detector, 0, 1),
    );
    const evidence = findings[0]?.evidence;
    const excerpt = evidence?.excerpt ?? '';
    expect(evidence?.excerptSha256).toBe(
      excerpt === '' ? null : createHash('sha256').update(excerpt, 'utf8').digest('hex'),
    );
    return excerpt;
  };

  it.each([
    ['Write to jane.doe+x@mail.example.com now', 'Write to [redacted: email] now'],
    ['Письмо на иван@почта.рф', 'Письмо на [redacted: email]'],
    ['Call +44 20 7946 0958.', 'Call +[redacted: number].'],
    ['Card 4111-1111-1111-1111 ok', 'Card [redacted: number] ok'],
    ['On 2026-11-23 there were 12345 of them', 'On 2026-11-23 there were 12345 of them'],
    ['key sk-abcDEF1234567890abcd!', 'key [redacted: token]!'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted: token]'],
    ['Authorization: Bearer abc.def-123456', 'Authorization: Bearer [redacted: token]'],
    ['password = "hunter22" and more', 'password = "[redacted: secret]" and more'],
    ['a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b', 'a [redacted: token] b'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n', '[redacted: key]'],
    ['id 0123456789abcdef0123456789abcdef01', 'id [redacted: token]'],
  ])('hides secrets and personal numbers: %s', async (output, excerpt) => {
    expect(await excerptOf({ text: output })).toBe(excerpt);
  });

  it('is clean: no lone surrogates, no control characters, no changes of text direction', async () => {
    const output = '{"text":"a\\ud800b\\u0000c\\u001b[31md\\u0085e\\u202ef\\r\\ng\\tÄ界😀"}';
    expect(await excerptOf(JSON.parse(output))).toBe('a\ufffdb␀c␛[31md\ufffde\ufffdf\ng\tÄ界😀');
  });

  it('has at most 2,000 characters, and no half character', async () => {
    const excerpt = (await excerptOf({ text: '😀 '.repeat(2000) })) ?? '';
    expect(excerpt.length).toBeLessThanOrEqual(2000);
    expect(excerpt.isWellFormed()).toBe(true);
    expect(excerpt.endsWith('…')).toBe(true);
  });

  it.each([undefined, null, 7, {}, { text: null }])('of no text is empty: %o', async (output) =>
    expect(await excerptOf(output)).toBe(''),
  );
});

it('any rows give events that keep their contract, or a refusal', {
  timeout: 120_000,
}, async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(probe, detector, 'owasp:llm01', ''),
  );
  const figure = fc.oneof(fc.nat(20), fc.constantFrom(-1, 0.5, null, '3', 1e300));
  const member = fc.oneof(text, figure, fc.array(fc.oneof(figure, text), { maxLength: 4 }));
  const named = <T>(value: fc.Arbitrary<T>) => fc.dictionary(text, value, { maxKeys: 3 });
  const row = fc.oneof(
    fc.record(
      { entry_type: fc.constant('eval'), probe: text, detector: text, passed: figure, fails: figure, total: figure },
      { requiredKeys: ['entry_type'] },
    ),
    fc.record({
      entry_type: fc.constant('attempt'),
      probe_classname: text,
      status: figure,
      outputs: member,
      detector_results: named(member),
    }),
    fc.record({
      entry_type: fc.constant('digest'),
      eval: named(named(named(fc.oneof(member, named(member))))),
    }),
    fc.record({ probe: text, detector: text, output: member }),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.integer({ min: 16, max: 256 }), async (rows, chunkBytes) => {
      const lines = asLines(...rows.map((each) => JSON.stringify(each)));
      let first: Imported;
      try {
        first = await imported(inChunks(lines, chunkBytes));
      } catch (error) {
        expect(error).toBeInstanceOf(ImportRefusal);
        return;
      }
      checkScan(first);
      expect(await imported(inChunks(lines, 1000))).toEqual(first);
    }),
    { seed: 20261123, numRuns: 500 },
  );
});
