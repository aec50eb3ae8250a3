import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX, LINE_BYTES_MAX } from '../src/limits.js';
import { asLines, checkScan, imported, inChunks, refusalOf } from './importing.js';
import { zipOf } from './zip-file.js';

const MIB = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const FOUR_GIB = 4096 * MIB;

/** `begin`, followed by 4 GiB of repeated `piece`; `sentBytes` counts the bytes that were read. */
class Boundless {
  sentBytes = 0;

  constructor(
    private readonly begin: string,
    private readonly piece: string,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield Buffer.from(this.begin);
    const bytes = Buffer.from(this.piece.repeat(PIECE_BYTES / this.piece.length));
    for (; this.sentBytes < FOUR_GIB; this.sentBytes += bytes.byteLength) yield bytes;
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
function heapAfterGarbage(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const NATIVE = { format: 'evidence-findings/v1', tool: { name: 'x' } };
const PYRIT = { conversation_id: 'c', objective: 'o', outcome: 'failure' };
const LINES: Readonly<Record<string, string>> = {
  garak: '',
  promptfoo: asLines({ success: false, gradingResult: { pass: false } }),
  pyrit: asLines(PYRIT),
  native: asLines(NATIVE),
};
const DOCUMENTS: Readonly<Record<string, string>> = {
  promptfoo: '{"evalId":"e","results":{"results":[{"success":false,"metadata":{"tags":',
  deepteam: '{"overview":{"vulnerability_type_results":[]},"test_cases":[{"vulnerability":',
  pyrit: '{"scenario_run_state":"COMPLETED","attack_results":{"base64":[{"labels":',
  inspect: '{"status":"success","eval":{"task":"t","tags":',
  sarif: '{"version":"2.1.0","runs":[{"results":[{"properties":{"tags":',
  native: '{"format":"evidence-findings/v1","tool":{"name":"x"},"findings":[{"tags":',
};

describe.each(Object.entries(LINES))('a line of 4 GiB in %s', (format, lines) => {
  it.each([
    ['one string', '{"entry_type":"', 'x'],
    ['a billion tags', '{"tags":["a"', ',"a"'],
  ])('that is %s is refused at the limit for lines', async (_, begin, piece) => {
    const source = new Boundless(`${lines}${begin}`, piece);
    const refusal = await refusalOf(imported(source[Symbol.asyncIterator](), { format }));
    expect(refusal).toMatchObject({ code: 'line_too_long', facts: { lineBytesMax: LINE_BYTES_MAX } });
    expect(source.sentBytes).toBeLessThanOrEqual(LINE_BYTES_MAX + PIECE_BYTES);
  });
});

describe.each(Object.entries(DOCUMENTS))('4 GiB within a row of a %s document', (format, begin) => {
  it.each([
    ['one string', '"', 'x'],
    ['a billion tags', '["a"', ',"a"'],
  ])('that are %s are refused at the limit for files', async (_, open, piece) => {
    const fileBytesMax = MIB;
    const source = new Boundless(`${begin}${open}`, piece);
    const refusal = await refusalOf(imported(source[Symbol.asyncIterator](), { format, fileBytesMax }));
    expect(refusal).toMatchObject({ code: 'too_large', facts: { fileBytesMax } });
    expect(source.sentBytes).toBeLessThanOrEqual(fileBytesMax + PIECE_BYTES);
  });
});

describe.each(Object.entries(DOCUMENTS))('a row of a %s document', (format, begin) => {
  it.each([
    ['lists', '['],
    ['objects', '{"a":'],
  ])('nested a million %s deep is refused at the limit for nesting', async (_, piece) => {
    const source = new Boundless(begin, piece.padEnd(8));
    const refusal = await refusalOf(imported(source[Symbol.asyncIterator](), { format }));
    expect(refusal).toMatchObject({ code: 'malformed', message: expect.stringContaining('levels deep') });
    // As much as is needed to tell a document from JSON Lines.
    expect(source.sentBytes).toBeLessThanOrEqual(LINE_BYTES_MAX + PIECE_BYTES);
  });

  it('with millions of small tags stays within the limits', async () => {
    const source = new Boundless(`${begin}["a"`, ',"a"');
    let keptBytes = 0;
    const measured = async function* () {
      for await (const piece of source) {
        yield piece;
        if (source.sentBytes > 32 * MIB) return;
        if (source.sentBytes % MIB === 0) keptBytes = Math.max(keptBytes, heapAfterGarbage());
      }
    };
    const before = heapAfterGarbage();
    expect(await refusalOf(imported(measured(), { format }))).toMatchObject({ code: 'malformed' });
    expect(keptBytes - before).toBeLessThan(16 * MIB);
  });
});

it.each(Object.entries(LINES))(
  'a %s line that is nested too deep is skipped, and the next one is read',
  async (format, lines) => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const good: Readonly<Record<string, object>> = {
      garak: { entry_type: 'eval', probe: 'a.A', detector: 'd.D', passed: 0, fails: 1 },
      promptfoo: { success: false, gradingResult: { pass: false } },
      pyrit: { ...PYRIT, outcome: 'success' },
      native: { title: 't', severity: 'low' },
    };
    const row = JSON.stringify(good[format]);
    const before = lines.split('\n').length - 1 - (format === 'native' ? 1 : 0);
    const file = await imported(inChunks(`${lines}${row.slice(0, -1)},"y":${deep}}\n${row}\n`, PIECE_BYTES), {
      format,
    });
    checkScan(file);
    expect(file.scan.counts).toMatchObject({ in: 2 + before, skipped: { nested_too_deep: 1 } });
    expect(file.scan.run.outcome).toBe('incomplete');
  },
);

it('a file has a limit even if the caller states none', () => {
  expect(FILE_BYTES_MAX).toBe(1024 * MIB);
});

it('a row with a hundred thousand tags is recorded, with the number of tags left out', async () => {
  const tags = Array.from({ length: 100_000 }, (_, index) => `t${index}`);
  const row = { title: 't', severity: 'low', tags: ['LLM01:2025', ...tags] };
  const file = await imported(inChunks(asLines(NATIVE, row), PIECE_BYTES), { format: 'native' });
  checkScan(file);
  const [finding] = file.findings;
  expect(finding?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
  expect(finding?.unresolvedTags).toHaveLength(64);
  expect(finding?.unresolvedTags.at(-1)).toBe(`(left out: at least ${100_000 - 63} further tags)`);
});

describe('a zip archive', () => {
  const text = Buffer.from('x');
  const formats = [undefined, 'inspect', 'garak', 'sarif'];

  it('without entries is refused as empty', async () => {
    for (const format of formats)
      expect(await refusalOf(imported(inChunks(zipOf()), { format }))).toMatchObject({
        code: 'malformed',
        message: expect.stringContaining('an empty zip archive'),
      });
  });

  it('of an Office program is refused as such', async () => {
    for (const name of ['[Content_Types].xml', '_rels/.rels', 'word/document.xml', 'xl/workbook.xml'])
      for (const format of formats)
        expect(await refusalOf(imported(inChunks(zipOf({ name, bytes: text })), { format }))).toMatchObject({
          code: 'not_this_format',
          message: expect.stringContaining('Office'),
        });
  });

  it('of other files is refused, even if it is cut off', async () => {
    const zip = zipOf({ name: 'report.jsonl', bytes: text }, { name: 'b', bytes: text });
    expect(await refusalOf(imported(inChunks(zip), { format: 'garak' }))).toMatchObject({ code: 'compressed' });
    expect(await refusalOf(imported(inChunks(zip), { format: 'inspect' }))).toMatchObject({ code: 'not_this_format' });
    for (let length = 4; length < zip.byteLength; length++)
      expect([
        length,
        (await refusalOf(imported(inChunks(zip.subarray(0, length)), { format: 'inspect' })))?.code,
      ]).toEqual([length, 'malformed']);
  });
});
