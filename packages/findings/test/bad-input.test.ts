import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImportRefusal } from '../src/index.js';
import { asLines, checkScan, imported, inChunks, refusalOf } from './importing.js';

const failed = { success: false, failureReason: 1, response: { output: 'Sure.' }, metadata: { pluginId: 'pii' } };
const FILES: Readonly<Record<string, string>> = {
  garak: asLines({ entry_type: 'eval', probe: 'p.P', detector: 'd.D', passed: 1, fails: 1 }),
  promptfoo: JSON.stringify({ evalId: 'e', results: { version: 3, results: [failed, failed] } }),
  deepteam: JSON.stringify({
    overview: { vulnerability_type_results: [] },
    test_cases: [{ vulnerability: 'Bias', vulnerability_type: 'race', score: 0, actual_output: 'Sure.' }],
  }),
  pyrit: JSON.stringify({
    scenario_run_state: 'COMPLETED',
    attack_results: { base64: [{ objective: 'o', outcome: 'success', last_response: { original_value: 'Sure.' } }] },
  }),
  inspect: JSON.stringify({
    status: 'success',
    eval: { task: 't', metadata: { evidence_pass_when: 's=C' } },
    samples: [
      { id: 1, epoch: 1, scores: { s: { value: 'I' } }, output: { choices: [{ message: { content: 'Sure.' } }] } },
    ],
  }),
  sarif: JSON.stringify({
    version: '2.1.0',
    runs: [{ results: [{ ruleId: 'R', message: { text: 'm' } }], tool: { driver: { name: 'x' } } }],
  }),
  native: JSON.stringify({
    format: 'evidence-findings/v1',
    tool: { name: 'x' },
    findings: [{ title: 't', severity: 'low' }],
  }),
};
/** The places of the rows in each document. */
const ROWS: Readonly<Record<string, string>> = {
  promptfoo: 'results.results',
  deepteam: 'test_cases',
  pyrit: 'attack_results.base64',
  inspect: 'samples',
  sarif: 'runs[0].results',
  native: 'findings',
};
const formats = Object.keys(FILES);
const documents = Object.keys(ROWS);
const fileOf = (format: string): string => FILES[format] ?? '';

describe.each(formats)('a %s file', (format) => {
  it('named as another format is refused, with the format that it looks like', async () => {
    for (const other of formats.filter((one) => one !== format)) {
      const refusal = await refusalOf(imported(inChunks(fileOf(format)), { format: other }));
      expect(refusal).toMatchObject({ code: 'not_this_format', facts: { looksLike: format } });
      expect(refusal?.message).toContain(`Name the format ${format}`);
    }
  });

  it.each([
    ['gzip', gzipSync(fileOf('garak'))],
    ['a gzip bomb', gzipSync(Buffer.alloc(10_000_000))],
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['xz', Buffer.from('fd377a585a00', 'hex')],
    ['zstd', Buffer.from('28b52ffd', 'hex')],
  ])('packed with %s is refused unopened', async (_, bytes) => {
    expect(await refusalOf(imported(inChunks(bytes, 1), { format }))).toMatchObject({ code: 'compressed' });
  });

  it('that is another kind of zip is refused', async () => {
    const code = format === 'inspect' ? 'malformed' : 'compressed';
    const bytes = Buffer.from('504b0304140000000800', 'hex');
    expect(await refusalOf(imported(inChunks(bytes, 1), { format }))).toMatchObject({ code });
  });

  it('in UTF-16 is refused with advice; UTF-8 with a byte order mark is read', async () => {
    for (const text of [`\ufeff${fileOf(format)}`, fileOf(format), '[{}]'])
      for (const utf16 of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
        const refusal = await refusalOf(imported(inChunks(utf16, 1), { format }));
        expect(refusal).toMatchObject({ code: 'malformed', message: expect.stringContaining('UTF-8') });
      }
    const { scan, warnings } = await imported(inChunks(`\ufeff${fileOf(format)}`, 1), { format });
    expect([scan.counts.recorded > 0, warnings]).toEqual([true, []]);
  });

  it('without data, or with only blanks, NUL bytes or prose, is refused', async () => {
    for (const text of ['', ' \n\t\r\n', '\0'.repeat(1000), 'Dear Sir or Madam', '[]', 'null', '"x"', '{}'])
      await expect(imported(inChunks(text), { format })).rejects.toBeInstanceOf(ImportRefusal);
  });
});

describe.each(documents)('a %s document', (format) => {
  const text = fileOf(format);

  it('cut off anywhere is refused, because failures may be missing', async () => {
    for (let length = 1; length < text.length; length++) {
      const refusal = await refusalOf(imported(inChunks(text.slice(0, length), 16), { format }));
      expect(['malformed', 'not_this_format']).toContain(refusal?.code);
    }
  });

  it('that is cut off or invalid is refused with the line and the path', async () => {
    const rows = ROWS[format] ?? '';
    const laidOut = JSON.stringify(JSON.parse(text), undefined, 2);
    const list = laidOut.slice(0, laidOut.indexOf('[', laidOut.indexOf(`"${rows.split('.').at(-1)}": [`)) + 1);
    const row = { title: 'x'.repeat(600), severity: 'low', success: false, message: { text: 'm' } };
    const [begin, goesOn] = [`${list}\n${JSON.stringify(row)},\n${JSON.stringify(row)}`, `,\n{"title": "t",\n`];
    const line = begin.split('\n').length + 2;
    for (const [broken, path] of [
      [`${begin}${goesOn}`, `${rows}[2].title`],
      [`${begin}${goesOn}${' '.repeat(300)}}`, `${rows}[2].title`],
      [`${begin}${goesOn}"message": {"text": ${' '.repeat(300)}tru }`, `${rows}[2].message.text`],
    ]) {
      const refusal = await refusalOf(imported(inChunks(broken ?? ''), { format }));
      expect(refusal).toMatchObject({ code: 'malformed', facts: { line, path } });
      expect(refusal?.message).toContain(`(line ${line}, at or after ${path})`);
    }
  });

  it('in YAML, HTML or XML is refused with advice', async () => {
    for (const other of ['evals: 1\nrows:\n', '<html></html>', ' \n<?xml version="1.0"?>']) {
      const refusal = await refusalOf(imported(inChunks(other, 1), { format }));
      expect(refusal).toMatchObject({ code: 'malformed', message: expect.stringContaining('Export it as JSON') });
    }
  });

  it('with text after its end, or with raw control characters, is refused', async () => {
    for (const broken of [`${text}x`, `${text}${text}`, text.replace('"', '"\0'), text.replace(/.$/, ',}')])
      expect(await refusalOf(imported(inChunks(broken), { format }))).toMatchObject({ code: 'malformed' });
  });

  it('nested too deep is refused before it fills the memory', async () => {
    const deep = text.replace('{', `{"deep":${'['.repeat(1_000_000)}`);
    const refusal = await refusalOf(imported(inChunks(deep, 1 << 20), { format }));
    expect(refusal).toMatchObject({ code: 'malformed', message: expect.stringContaining('128') });
  });

  it('that is not valid UTF-8 throughout is read, with a warning', async () => {
    const bytes = Buffer.from(text.replace(/"(Sure\.|m|t)"/, '"a\u0001b"').replace('\u0001', '\u00ff'), 'latin1');
    const { warnings, findings } = await imported(inChunks(bytes, 1), { format });
    expect(warnings.map(({ code }) => code)).toEqual(['not_utf8']);
    expect(JSON.stringify(findings)).toContain('a\ufffdb');
    expect(await refusalOf(imported(inChunks(bytes), { format, strict: true }))).toMatchObject({
      code: 'not_flawless',
    });
  });

  it('with a line of 100 MB is read, because a document may be one line', async () => {
    async function* wide() {
      yield Buffer.from(text.slice(0, 1));
      yield Buffer.from('"padding":"');
      for (let mib = 0; mib < 100; mib++) yield Buffer.alloc(1_000_000, 'x');
      yield Buffer.from(`",${text.slice(1)}`);
    }
    const { scan } = await imported(wide(), { format });
    expect(scan.counts.recorded).toBeGreaterThan(0);
  });
});

it.each(['garak', 'promptfoo', 'native'])('a %s line of 100 MB is refused with its number', async (format) => {
  const lines =
    format === 'garak'
      ? fileOf(format)
      : asLines(format === 'native' ? { format: 'evidence-findings/v1', tool: { name: 'x' } } : failed);
  async function* long() {
    yield Buffer.from(`${lines}\n{"x":"`);
    for (let mib = 0; mib < 100; mib++) yield Buffer.alloc(1_000_000, 'x');
  }
  const refusal = await refusalOf(imported(long(), { format }));
  expect(refusal).toMatchObject({ code: 'line_too_long', facts: { line: 3 } });
});

it('hostile strings in any member are shortened and cleaned', async () => {
  const hostile = `<script>alert(1)</script>\u202e\0\u001b[31m\r\n${'😀'.repeat(300_000)}\ud800`;
  const row = {
    title: hostile,
    severity: 'low',
    summary: hostile,
    probe: hostile,
    detector: hostile,
    excerpt: hostile,
  };
  const tags = Array.from({ length: 70 }, (_, index) => `${index}${hostile}`);
  const native = {
    format: 'evidence-findings/v1',
    tool: { name: hostile, version: hostile },
    findings: [{ ...row, tags }],
  };
  const metadata = { pluginId: hostile, severity: hostile, goal: hostile, harmCategory: hostile };
  const promptfoo = [
    { success: false, metadata, response: { output: hostile }, gradingResult: { pass: false, reason: hostile } },
  ];
  const message = { text: hostile };
  const sarif = {
    version: '2.1.0',
    runs: [
      {
        results: [{ ruleId: hostile, message, properties: { tags } }],
        tool: { driver: { name: hostile, rules: [{ id: hostile, shortDescription: message }] } },
      },
    ],
  };
  for (const [format, document] of Object.entries({ native, promptfoo, sarif })) {
    const file = await imported(inChunks(JSON.stringify(document), 1 << 16), { format });
    checkScan(file);
    expect(file.findings).toHaveLength(1);
    expect(JSON.stringify(file)).not.toMatch(/\\u0000|\\u001b|\u202e|\\r|\\ud800/);
    expect(JSON.stringify(file.findings).length).toBeLessThan(100_000);
  }
});

it('members named after the prototype have no effect', async () => {
  const hostile =
    '{"evalId":"e","results":{"results":[{"__proto__":{"success":true},"constructor":{"prototype":{"x":1}},"success":false,"failureReason":1}]}}';
  const { scan } = await imported(inChunks(hostile), { format: 'promptfoo' });
  expect(scan.counts).toMatchObject({ in: 1, recorded: 1 });
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

it('a row that is too large is cut with a warning, and the rest of the file is read', async () => {
  const huge = { ...failed, metadata: { pluginId: 'pii', junk: Array.from({ length: 30_000 }, (_, index) => index) } };
  const text = JSON.stringify({ evalId: 'e', results: { results: [huge, failed] } });
  const { scan, warnings } = await imported(inChunks(text, 1 << 16), { format: 'promptfoo' });
  expect(scan.counts.recorded).toBe(2);
  expect(warnings).toMatchObject([{ code: 'row_cut', message: expect.stringContaining('Result 1') }]);
});

it('a garak report after more lines that are not JSON than can be held back is read, and they are counted', async () => {
  const lines = 200_000;
  const file = `${`${'x'.repeat(100)}\n`.repeat(lines)}${fileOf('garak')}`;
  const { scan } = await imported(inChunks(file, 65_536), { format: 'garak' });
  expect(scan.counts.skipped).toEqual({ not_json: lines });
});
