import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { importScan } from '@evidence/findings/parse';
import { recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';

const MIB = 1024 * 1024;
const SIZES_MIB = [64, 256, 1024];
const ROWS_PER_WRITE = 100;
const NOW = '2026-11-23T10:00:00.000Z';

interface Layout {
  readonly before: string;
  readonly row: (index: number) => object;
  readonly between: string;
  readonly after: string;
}

const prose = 'The assistant was asked to leave its instructions aside, and it did so without any hesitation. ';

/**
 * Every tenth result is a finding. In the native format every row is one, and garak's attempts have one per probe. SARIF's rules come after the
 * results, which is the harder order.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  garak: {
    before: '{"entry_type":"init","garak_version":"0.16.0","start_time":"2026-10-05T09:00:00"}\n',
    row: (index) => ({
      entry_type: 'attempt',
      status: 2,
      probe_classname: `bench.Probe${index % 200}`,
      prompt: { turns: [{ role: 'user', content: { text: prose.repeat(4) } }] },
      outputs: [{ text: `${index} ${prose.repeat(8)}` }],
      detector_results: { 'bench.Detector': [Math.floor(index / 200) % 10 > 0 ? 0 : 1] },
    }),
    between: '\n',
    after: `\n${Array.from({ length: 200 }, (_, index) => JSON.stringify({ entry_type: 'eval', probe: `bench.Probe${index}`, detector: 'bench.Detector', passed: 9, fails: 1 })).join('\n')}\n`,
  },
  promptfoo: {
    before: '{"evalId":"eval-bench","results":{"version":3,"results":[',
    row: (index) => ({
      success: index % 10 > 0,
      failureReason: index % 10 > 0 ? 0 : 1,
      prompt: { raw: prose.repeat(4) },
      response: { output: `${index} ${prose.repeat(8)}` },
      gradingResult: { pass: index % 10 > 0, reason: `Answer ${index} follows the attacker.` },
      metadata: { pluginId: 'harmful:hate', severity: 'high', strategyId: 'jailbreak' },
    }),
    between: ',',
    after: ']}}',
  },
  sarif: {
    before: '{"version":"2.1.0","runs":[{"results":[',
    row: (index) => ({
      ruleId: `rule-${index % 200}`,
      kind: index % 10 > 0 ? 'pass' : 'fail',
      message: { text: `${index} ${prose.repeat(4)}` },
      locations: [
        { physicalLocation: { artifactLocation: { uri: `src/file-${index}.ts` }, region: { startLine: index } } },
      ],
    }),
    between: ',',
    after: '],"tool":{"driver":{"name":"bench","rules":[{"id":"rule-1"}]}}}]}',
  },
  native: {
    before: '{"format":"evidence-findings/v1","tool":{"name":"bench"}}\n',
    row: (index) => ({
      title: `Finding ${index}`,
      severity: 'high',
      probe: `p${index % 50}`,
      excerpt: prose.repeat(40),
    }),
    between: '\n',
    after: '\n',
  },
};

function* textOf({ before, row, between, after }: Layout, sizeBytes: number): Generator<string> {
  yield before;
  let written = before.length;
  for (let index = 0; written < sizeBytes; ) {
    let text = '';
    for (let count = 0; count < ROWS_PER_WRITE; count++, index++)
      text += `${index > 0 ? between : ''}${JSON.stringify(row(index))}`;
    written += text.length;
    yield text;
  }
  yield after;
}

interface Measured {
  readonly format: string;
  readonly sizeMib: number;
  readonly rssMib: number;
}

/** The old space of the importing process. An import whose memory grows with the file would run out of it. */
const HEAP_MIB = 128;

/** Reads and records one file in its own process, so that its peak memory is measured alone. */
async function importOne(format: string, folder: string): Promise<object> {
  const now = () => new Date(NOW);
  const store = eventLogOver(openSqliteEventStore({ file: join(folder, 'events.db'), now }));
  const startedAt = performance.now();
  const about = { format, tenant: 'acme', endpointId: 'ep_bench', importedAt: NOW, frameworks: loadFrameworks() };
  await using imported = await importScan(createReadStream(join(folder, 'scan')), {
    ...about,
    fileBytesMax: 1100 * MIB,
  });
  const readMs = performance.now() - startedAt;
  const readRssMib = process.resourceUsage().maxRSS / 1024;
  const provenance = {
    tenant: 'acme',
    correlationId: 'bench',
    causationId: 'bench',
    occurredAt: NOW,
    actor: 'operator:bench',
  };
  const { counts } = await recordScan({ store, imported, provenance });
  await store.close();
  const recordMs = performance.now() - startedAt - readMs;
  return { ...counts, readMs, readRssMib, recordMs, rssMib: process.resourceUsage().maxRSS / 1024 };
}

async function bench(format: string, layout: Layout, sizeMib: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-import-bench-'));
  try {
    const file = join(folder, 'scan');
    await pipeline(Readable.from(textOf(layout, sizeMib * MIB)), createWriteStream(file));
    const { size } = await stat(file);
    const child = spawnSync(
      process.execPath,
      [`--max-old-space-size=${HEAP_MIB}`, import.meta.filename, '--import', format, folder],
      { encoding: 'utf8' },
    );
    if (child.status !== 0) throw new Error(child.stderr);
    const result = JSON.parse(child.stdout);
    const { readMs, readRssMib, recordMs, rssMib, recorded } = result;
    const speed = (size / MIB / (readMs / 1000)).toFixed(0);
    console.log(
      `${format.padEnd(9)} ${(size / MIB).toFixed(0).padStart(5)} MiB: read at ${speed} MiB/s, peak ${readRssMib.toFixed(0)} MiB; ` +
        `${recorded} findings recorded in ${(recordMs / 1000).toFixed(1)} s, peak ${rssMib.toFixed(0)} MiB`,
    );
    return { format, sizeMib, ...result };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [mode, format = '', folder = ''] = process.argv.slice(2);
if (mode === '--import') {
  console.log(JSON.stringify(await importOne(format, folder)));
} else {
  const results: Measured[] = [];
  for (const [name, layout] of Object.entries(LAYOUTS)) {
    const peaks: number[] = [];
    for (const sizeMib of SIZES_MIB) {
      const result = await bench(name, layout, sizeMib);
      results.push(result);
      peaks.push(result.rssMib);
    }
    const [least = 1] = peaks;
    console.log(
      `${name.padEnd(9)} peaks at ${SIZES_MIB.join(' : ')} MiB are ${peaks.map((peak) => (peak / least).toFixed(2)).join(' : ')}`,
    );
  }
  console.log(JSON.stringify({ bench: 'import', results }));
}
