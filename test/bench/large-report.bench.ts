/**
 * A report of 1,000 to 1,000,000 findings with one to three tags and six frameworks, stage by stage: bytes, seconds, CPU and peak memory above
 * idle. Each stage runs as in its service, in its own process, whose resident memory is read from outside.
 * The last line is the cost of reading, hashing and writing the same bytes. `npm run bench large-report`, or with sizes:
 * `node test/bench/large-report.bench.ts 1000 50000`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillView, KEYS_AT } from './large-report-data.ts';
import { cpuSeconds, residentMib } from './process-figures.ts';

const SIZES = [1_000, 10_000, 50_000, 200_000, 1_000_000];
/** The required limits. */
const PDF_MAX = 200_000;
const IDLE_MS = 1_500;

const STAGES = ['scoping', 'mapping', 'json', 'pdf', 'hashing'] as const;
type Stage = (typeof STAGES)[number];

interface Measured {
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly idleMib: number;
  readonly aboveIdleMib: number;
}

const answerOf = <Answer>(child: ChildProcess): Promise<Answer> =>
  new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', (code) => reject(new Error(`the stage ended with ${code}`)));
  });

/** Runs a stage once with a small report, so that its code is compiled, and once for the measurement. */
async function measure(folder: string, stage: Stage): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('./large-report-stage.ts', import.meta.url)), [folder, stage]);
  const pid = child.pid as number;
  await answerOf(child);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idleMib = residentMib(pid, 'VmRSS');
  // Resets the peak.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const [startedAt, cpuBefore] = [performance.now(), cpuSeconds(pid)];
  child.send('run');
  const { bytes } = await answerOf<{ readonly bytes: number }>(child);
  const measured = {
    bytes,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: cpuSeconds(pid) - cpuBefore,
    idleMib,
    aboveIdleMib: residentMib(pid, 'VmHWM') - idleMib,
  };
  child.removeAllListeners('exit');
  child.disconnect();
  return measured;
}

const folder = mkdtempSync(join(tmpdir(), 'large-report-'));
const small = join(folder, 'small');
const results: object[] = [];
try {
  mkdirSync(small);
  fillView(small, 100);
  const asked = process.argv.slice(2).map(Number);
  for (const findings of asked.length > 0 ? asked : SIZES) {
    const place = join(folder, 'large');
    mkdirSync(place);
    fillView(place, findings);
    for (const stage of STAGES) {
      if (stage === 'pdf' && findings > PDF_MAX) continue;
      const measured = await measure(folder, stage);
      const { bytes, seconds, cpuSeconds: cpu, idleMib, aboveIdleMib } = measured;
      const figures = [
        `${findings} ${stage}:`.padEnd(18),
        `${(bytes / 1e6).toFixed(1).padStart(8)} MB`,
        `${seconds.toFixed(2).padStart(7)} s`,
        `${cpu.toFixed(2).padStart(7)} s CPU`,
        `${aboveIdleMib.toFixed(0).padStart(5)} MiB above ${idleMib.toFixed(0)} idle`,
      ];
      console.log(figures.join('  '));
      results.push({ findings, stage, ...measured });
    }
    rmSync(place, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify({ bench: 'large-report', keysAt: KEYS_AT, results }));
