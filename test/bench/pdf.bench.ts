import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const CASES: readonly (readonly [engine: string, findings: number])[] = [
  ['standard', 15],
  ['standard', 1_000],
  ['standard', 10_000],
  ['standard', 50_000],
];

interface Figures {
  readonly engine: string;
  readonly findings: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMiB: number;
  readonly bytes: number;
}

/** As the renderer's thread should run (`maxYoungGenerationSizeMb`): more only lets garbage pile up. */
const YOUNG_GENERATION = '--max-semi-space-size=4';

/**
 * The standard pack (tagged, JSON attached, signed; findings from a generator) beside the pdfmake pack (none of that;
 * `BENCH_PDFMAKE_MAX=10000` adds its run of 10,000). Each in a process of its own, so that peak memory is its own; CPU
 * and wall are of the render alone, without start and without making the sample.
 */
const all = CASES.map(([engine, findings]): Figures => {
  const child = join(import.meta.dirname, 'pdf-render.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [YOUNG_GENERATION, child, engine, String(findings)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
});

console.log('engine     findings   CPU ms   wall ms   peak RSS MiB       bytes');
for (const { engine, findings, cpuMs, wallMs, peakRssMiB, bytes } of all) {
  const cells = [String(findings).padStart(8), cpuMs.toFixed(0).padStart(8), wallMs.toFixed(0).padStart(9)];
  console.log(
    `${engine.padEnd(10)} ${cells.join(' ')} ${peakRssMiB.toFixed(0).padStart(14)} ${String(bytes).padStart(11)}`,
  );
}
const cpu = (engine: string, n: number) => all.find((one) => one.engine === engine && one.findings === n)?.cpuMs;
for (const n of [15, 1_000, 10_000]) {
  const [pdfmake, standard] = [cpu('pdfmake', n), cpu('standard', n)];
  if (pdfmake && standard) console.log(`${n} findings: ${(pdfmake / standard).toFixed(1)} × less CPU than pdfmake`);
}
console.log(JSON.stringify({ bench: 'pdf', runs: all }));
