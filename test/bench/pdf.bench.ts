import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Case = readonly [engine: string, findings: number];

const USUAL: readonly Case[] = [
  ...[15, 1_000, 10_000, 50_000].map((n): Case => ['standard', n]),
  ...[15, 1_000, 10_000].map((n): Case => ['pdfmake', n]),
  ...[15, 1_000, 10_000].map((n): Case => ['pdfkit', n]),
  ...[15, 1_000].map((n): Case => ['chromium', n]),
];
/** Cases that take a minute and 2 to 6 GB each. */
const SLOW: readonly Case[] = [
  ['pdfmake', 50_000],
  ['pdfkit', 50_000],
  ['chromium', 10_000],
];

interface Figures {
  readonly engine: string;
  readonly findings: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMiB: number;
  readonly bytes: number;
}

/** As in the renderer's threads (`maxYoungGenerationSizeMb`). More only lets garbage accumulate. */
const YOUNG_GENERATION = '--max-semi-space-size=4';
const CHROMIUM = '/usr/bin/chromium';

/**
 * The standard pack (tagged, JSON attached, signed; findings from a generator) compared with peers that typeset a plain version of it (none of
 * that). Each runs in its own process, so that peak memory is measured alone; CPU and wall time are those of the render only. Chromium's CPU time
 * is the last one seen of each process, so the true value is slightly higher.
 */
const folder = mkdtempSync(join(tmpdir(), 'pdf-bench-'));
const cases = process.env.BENCH_PDF_SLOW === '1' ? [...USUAL, ...SLOW] : USUAL;
const all = cases
  .filter(([engine]) => engine !== 'chromium' || existsSync(CHROMIUM))
  .map(([engine, findings]) => {
    const file = join(folder, `${engine}-${findings}.pdf`);
    const args = [join(import.meta.dirname, 'pdf-render.ts'), engine, String(findings), file];
    const flags = engine === 'standard' ? [YOUNG_GENERATION] : ['--max-old-space-size=6144'];
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const figures: Figures = JSON.parse(stdout);
    return { ...figures, ids: idsIn(file) };
  });
rmSync(folder, { recursive: true });

/** How many findings the text of the file contains; undefined without poppler's pdftotext. */
function idsIn(file: string): number | undefined {
  const { stdout, error } = spawnSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error) return undefined;
  return new Set(stdout.replace(/\s/g, '').match(/fnd_[0-9a-f]{26}/g)).size;
}

console.log('engine     findings   CPU ms   wall ms   peak RSS MiB       bytes   ids in it');
for (const { engine, findings, cpuMs, wallMs, peakRssMiB, bytes, ids } of all) {
  const cells = [String(findings).padStart(8), cpuMs.toFixed(0).padStart(8), wallMs.toFixed(0).padStart(9)];
  const rest = [peakRssMiB.toFixed(0).padStart(14), String(bytes).padStart(11), String(ids ?? '?').padStart(11)];
  console.log(`${engine.padEnd(10)} ${cells.join(' ')} ${rest.join(' ')}`);
}
const cpu = (engine: string, n: number) => all.find((one) => one.engine === engine && one.findings === n)?.cpuMs;
for (const peer of ['pdfmake', 'pdfkit', 'chromium']) {
  for (const n of [15, 1_000, 10_000, 50_000]) {
    const [theirs, ours] = [cpu(peer, n), cpu('standard', n)];
    if (theirs && ours) console.log(`${n} findings: ${(theirs / ours).toFixed(1)} × less CPU than ${peer}`);
  }
}
if (cases === USUAL)
  console.log('Left out: pdfmake and pdfkit at 50,000, Chromium at 10,000. BENCH_PDF_SLOW=1 runs them.');
if (!existsSync(CHROMIUM)) console.log(`Left out: Chromium, because there is no ${CHROMIUM}.`);
console.log(JSON.stringify({ bench: 'pdf', runs: all }));
