import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { importScan } from '../src/parse/index.js';
import { options } from './importing.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MIB = 1024 * 1024;
const SAMPLE_EVERY_BYTES = 2 * MIB;
const prose = 'The assistant was asked to leave its instructions aside, and it did so without hesitation. ';

/** A SARIF log in which every result is a finding and the rules come last, and the heap's size while it was read. */
async function peakHeap(sizeBytes: number): Promise<{ peakBytes: number; recorded: number }> {
  let peakBytes = 0;
  async function* log() {
    yield Buffer.from('{"version":"2.1.0","runs":[{"results":[');
    let written = 0;
    for (let index = 0; written < sizeBytes; index++) {
      const location = { physicalLocation: { artifactLocation: { uri: `src/${index}.ts` } } };
      const row = {
        ruleId: `r${index % 50}`,
        message: { text: `${index} ${prose.repeat(20)}` },
        locations: [location],
      };
      const text = `${index > 0 ? ',' : ''}${JSON.stringify(row)}`;
      if (Math.floor((written + text.length) / SAMPLE_EVERY_BYTES) > Math.floor(written / SAMPLE_EVERY_BYTES)) {
        collectGarbage();
        peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
      }
      written += text.length;
      yield Buffer.from(text);
    }
    yield Buffer.from('],"tool":{"driver":{"name":"t","rules":[]}}}]}');
  }
  await using imported = await importScan(log(), { ...options, format: 'sarif' });
  return { peakBytes, recorded: imported.scan.counts.recorded };
}

it('a file ten times as large, with ten times the findings, needs no more memory', { timeout: 120_000 }, async () => {
  await peakHeap(2 * MIB);
  const small = await peakHeap(8 * MIB);
  const large = await peakHeap(80 * MIB);
  expect(large.recorded).toBeGreaterThan(9 * small.recorded);
  expect(large.peakBytes / small.peakBytes).toBeLessThan(1.3);
});
