import { readFileSync } from 'node:fs';
import { assertDocument, assertEventSchema } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { foreseen } from '../src/index.js';
import { headOf } from '../src/parse/head.js';
import type { Importer } from '../src/parse/importer.js';
import { importers } from '../src/parse/importers.js';
import { importScan, scanFormats } from '../src/parse/index.js';
import { Spool } from '../src/parse/spool.js';
import { evaluation, init } from './garak-file.js';
import { asLines, imported, inChunks, options, refusalOf } from './importing.js';

/** An additional format: its parser and the line in the table. Nothing else knows about it. */
const toy: Importer = {
  format: 'toy-scan',
  title: 'Toy Scan',
  looksLike: ({ members }) => members.has('toys'),
  parse: async (source) => {
    let text = '';
    for await (const chunk of source) text += Buffer.from(chunk).toString('utf8');
    const { toys } = JSON.parse(text) as { readonly toys: number };
    const evaluations = { total: toys, passed: toys, failed: 0, unscored: 0 };
    return {
      tool: { name: 'toy', version: '1' },
      startedAt: undefined,
      run: { outcome: 'completed', problems: [] },
      attempts: toys,
      probes: [{ probe: 'toy', detector: 'eye', evaluations, refs: [], unresolvedTags: [] }],
      findings: new Spool(),
      skipped: { passed: toys },
      discrepancies: [],
      warnings: [],
    };
  },
};
const withToy = { importers: [...importers, toy] };

describe('an additional importer', () => {
  it.each([{ format: undefined }, { format: 'toy-scan' }])('is a parser and a line in the table: %o', async (named) => {
    const { scan } = await imported(inChunks('{"toys": 3}'), { ...withToy, ...named });
    expect(scan).toMatchObject({ format: 'toy-scan', counts: { in: 3, recorded: 0, skipped: { passed: 3 } } });
    assertEventSchema('ScanRecorded.v1', scan);
  });

  it('is named in the refusals of wrong and missing formats', async () => {
    const named = await refusalOf(imported(inChunks('{"toys": 3}'), { ...withToy, format: 'native' }));
    expect(named).toMatchObject({ code: 'not_this_format', facts: { looksLike: 'toy-scan' } });
    const unknown = await refusalOf(imported(inChunks('{"dolls": 3}'), { ...withToy, format: undefined }));
    expect(unknown).toMatchObject({ code: 'format_unknown', facts: { allowed: [...scanFormats, 'toy-scan'] } });
  });
});

it('the contracts accept the name of every format', () => {
  for (const format of scanFormats) {
    assertDocument('ImportFindings.v1', { format, endpoint_id: 'ep' });
    expect(format).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
  }
});

it('the README describes every format', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const format of scanFormats) expect(readme).toContain(`| \`${format}\` |`);
});

const promptfooRow = { success: false, gradingResult: { pass: false } };
const BEGINNINGS: Readonly<Record<string, readonly unknown[]>> = {
  garak: [
    { entry_type: 'start_run setup', 'plugins.model_type': 'test' },
    { entry_type: 'digest', meta: { garak_version: '0.13' } },
    { goal: 'g', prompt: 'p', probe: 'dan.Dan', detector: 'dan.DAN', score: 1 },
  ],
  promptfoo: [
    { evalId: 'e', results: { version: 3, results: [promptfooRow] } },
    { results: [promptfooRow], stats: {} },
    { version: 2, results: { results: [promptfooRow], stats: {} } },
    { results: { version: 2, table: { head: {} } } },
    [promptfooRow],
    promptfooRow,
    { data: { evalId: 'e' } },
  ],
  deepteam: [
    { overview: { vulnerability_type_results: [], attack_method_results: [] }, test_cases: [] },
    { test_cases: [{ vulnerability: 'Bias', vulnerability_type: 'race' }] },
  ],
  pyrit: [
    { id: 'x', scenario_identifier: { class_name: 'Encoding' }, attack_results: {}, scenario_run_state: 'COMPLETED' },
    [{ conversation_id: 'c', objective: 'o', outcome: 'failure' }],
    { conversation_id: 'c', objective: 'o', outcome: 'failure' },
  ],
  inspect: [
    { version: 2, status: 'success', eval: { run_id: 'r', task: 't' }, samples: [] },
    { version: 2, status: 'started', eval: { task: 't' } },
  ],
  sarif: [
    { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' },
    { version: '2.1.0', runs: [{ results: [{ properties: { probe: 'p', detector: 'd', evalId: 'e' } }] }] },
  ],
  native: [
    { format: 'evidence-findings/v1', findings: [{ probe: 'p', detector: 'd' }] },
    { format: 'evidence-findings/v1', tool: { name: 'x' } },
  ],
};
const beginnings = Object.entries(BEGINNINGS).flatMap(([format, files]) =>
  files.map((file) => [format, JSON.stringify(file)] as const),
);

describe('the format is detected from the beginning of a file', () => {
  const likely = (text: string) =>
    importers.filter(({ looksLike }) => looksLike(headOf(Buffer.from(text)))).map(({ format }) => format);

  it.each(beginnings)('%s: %s', (format, text) => {
    expect(likely(text)).toEqual([format]);
    expect(likely(`\ufeff\n${text}\n{"runs": []}`)).toEqual([format]);
    expect(likely(JSON.stringify(JSON.parse(text), undefined, 2))).toEqual([format]);
    expect(likely(`{"broken\nnot json\n${text}`)).toEqual([format]);
  });

  it('not from its texts, or from deep inside it', () => {
    const quoting = { goal: '{"runs": [], "entry_type": "init"}', a: { b: { c: { runs: [], evalId: 'e' } } } };
    expect(likely(JSON.stringify(quoting))).toEqual([]);
  });

  it('even if the beginning is cut off', () => {
    const report = asLines({ entry_type: 'attempt', prompt: 'x'.repeat(50_000) });
    expect(likely(report.slice(0, 16 * 1024))).toEqual(['garak']);
  });

  it('and recorded', async () => {
    const { scan } = await imported(inChunks(asLines(init, evaluation('p.P', 'd.D', 0, 1)), 1), { format: undefined });
    expect(scan).toMatchObject({ format: 'garak', counts: { recorded: 1 } });
  });

  it('or the file is refused, with its beginning', async () => {
    const unnamed = { format: undefined };
    const unknown = await refusalOf(imported(inChunks('{"weather": "fine", "wind": {"knots": 3}}'), unnamed));
    expect(unknown).toMatchObject({ code: 'format_unknown', facts: { allowed: scanFormats } });
    expect(unknown?.message).toContain('begins with JSON that has "weather", "wind"');
    const prose = await refusalOf(imported(inChunks('Dear Sir or Madam'), unnamed));
    expect(prose?.message).toContain('begins with "Dear Sir or Madam"');
    expect((await refusalOf(imported(inChunks(''), unnamed)))?.message).toContain('is empty');
    const both = await refusalOf(imported(inChunks('{"runs": [], "evalId": "e"}'), unnamed));
    expect(both).toMatchObject({ code: 'format_ambiguous', facts: { allowed: ['promptfoo', 'sarif'] } });
  });

  it('and compressed files and UTF-16 are refused as such', async () => {
    const codes = { '504b0304140000000800': 'compressed', '1f8b08000000': 'compressed', fffe7b00: 'malformed' };
    for (const [hex, code] of Object.entries(codes)) {
      const refusal = await refusalOf(imported(inChunks(Buffer.from(hex, 'hex')), { format: undefined }));
      expect(refusal).toMatchObject({ code });
    }
  });

  it('without reading other files to their end, and their source is closed', async () => {
    let sentBytes = 0;
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) {
          sentBytes += 1000;
          yield Buffer.alloc(1000, 'x');
        }
      } finally {
        isClosed = true;
      }
    }
    expect(await refusalOf(imported(endless(), { format: undefined }))).toMatchObject({ code: 'format_unknown' });
    expect([sentBytes, isClosed]).toEqual([17_000, true]);
  });
});

it('a dry run lists the controls and tags of findings and of passed probes', async () => {
  const row = { title: 't', severity: 'low', probe: 'p', tags: ['LLM01:2025', 'odd'] };
  const probes = [{ probe: 'q', passed: 2, failed: 0, tags: ['LLM02:2025', 'LLM01:2025', 'odd', 'odder'] }];
  const file = { format: 'evidence-findings/v1', tool: { name: 'own' }, probes, findings: [row, row, { title: 't' }] };
  await using scan = await importScan(inChunks(JSON.stringify(file)), { ...options, format: undefined });
  expect(await foreseen(scan)).toMatchObject({
    format: 'native',
    counts: { in: 3, recorded: 2, skipped: { unusable_finding: 1 } },
    evaluations: { total: null, passed: null, failed: 2 },
    refs: [
      { ref: 'OWASP_LLM01', findings: 2, probes: 2 },
      { ref: 'OWASP_LLM02', findings: 0, probes: 1 },
    ],
    unresolvedTags: [
      { tag: 'odd', findings: 2, probes: 2 },
      { tag: 'odder', findings: 0, probes: 1 },
    ],
  });
});

it('of a million unknown tags, the first hundred are reported', async () => {
  const rows = Array.from({ length: 50 }, (_, row) => ({
    title: 't',
    severity: 'low',
    tags: Array.from({ length: 60 }, (__, tag) => `odd-${row}-${tag}`),
  }));
  const file = { format: 'evidence-findings/v1', tool: { name: 'own' }, findings: rows };
  await using scan = await importScan(inChunks(JSON.stringify(file)), { ...options, format: undefined });
  expect((await foreseen(scan)).unresolvedTags).toHaveLength(100);
});
