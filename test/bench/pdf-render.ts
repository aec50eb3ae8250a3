/** One render in its own process, for pdf.bench.ts: `pdf-render.ts ENGINE FINDINGS FILE` prints figures as JSON. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ReportFinding } from '@evidence/contracts';
import { sampleReport } from '../../packages/pdf/test/sample-report.ts';
import type { PeerDocument } from './peers/document.ts';

const [engine = '', given = '', file = ''] = process.argv.slice(2);
const count = Number(given);
const { findings: sample, ...report } = sampleReport({ findings: 500 });

const peers = {
  chromium: () => import('./peers/chromium.ts'),
  pdfkit: () => import('./peers/pdfkit.ts'),
  pdfmake: () => import('./peers/pdfmake.ts'),
  standard: () => import('./peers/standard.ts'),
};

/** A substitute for a digest, without its cost. */
const turned = (digest: string, by: number) => digest.slice(by % 64) + digest.slice(0, by % 64);

const document: PeerDocument = {
  facts: {
    ...report,
    summary: { ...report.summary, total_open: count },
    receipt: { ...report.receipt, included: count },
  },
  /** As many as requested, in the order of a report, without keeping any. */
  *findings(): Generator<ReportFinding> {
    for (let i = 0; i < count; i++) {
      const like = sample[Math.floor((i * sample.length) / count)]!;
      const digest = turned(like.evidence_excerpt_sha256 ?? '', i);
      const id = `fnd_${turned(digest, i >> 6).slice(0, 20)}${String(i).padStart(6, '0')}`;
      yield { ...like, id, url: `https://evidence.example/api/v2/findings/${id}`, evidence_excerpt_sha256: digest };
    }
  },
};

/** CPU seconds and proportional memory of all child processes, by pid; Chromium's come and go. */
const children = new Map<string, number>();
let childrenMiB = 0;

function lookAtChildren(): void {
  const parents = new Map<string, string[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(
        pid,
        readFileSync(`/proc/${pid}/stat`, 'latin1')
          .replace(/^.*\) /s, '')
          .split(' '),
      );
    } catch {
      // The process has ended since it was listed.
    }
  }
  const below = (pid: string): boolean => {
    const parent = parents.get(pid)?.[1];
    return parent !== undefined && (parent === String(process.pid) || below(parent));
  };
  let total = 0;
  for (const [pid, stat] of parents) {
    if (!below(pid)) continue;
    children.set(pid, (Number(stat[11]) + Number(stat[12])) * 10);
    total += proportionalMiB(pid);
  }
  childrenMiB = Math.max(childrenMiB, total);
}

function proportionalMiB(pid: string): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const { prepare } = await peers[engine as keyof typeof peers]();
const render = await prepare(document);
const looking = engine === 'chromium' ? setInterval(lookAtChildren, 200) : undefined;
const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
await render(file);
const { user, system } = process.cpuUsage(cpu);
clearInterval(looking);
const childrenMs = [...children.values()].reduce((total, ms) => total + ms, 0);
const figures = {
  wallMs: performance.now() - startedAt,
  cpuMs: (user + system) / 1000 + childrenMs,
  peakRssMiB: Math.max(process.resourceUsage().maxRSS / 1024, childrenMiB),
};
console.log(JSON.stringify({ engine, findings: count, ...figures, bytes: statSync(file).size }));
