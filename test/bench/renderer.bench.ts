/**
 * Whether the renderer stays responsive while it makes a report of 50,000 findings: a health check on loopback every 5 ms, in the process whose
 * threads make the artifact, compared with the same check while nothing else happens, which shows the cost of the machine itself.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { artifactMakerInThreads } from '../../services/renderer/dist/adapters/artifact-maker-in-threads.js';
import { placeMappedReport, THREAD_FILE } from '../../services/renderer/test/mapped-report.ts';

const FINDINGS = 50_000;
const IDLE_MS = 3_000;
const PAUSE_MS = 5;
/** The required limits. */
const LIMIT_MS = 50;

const server = createServer((_, response) => response.end('ok'));
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Sends requests until `work` is done; returns how long each response took, in ms, sorted. */
async function askedDuring(work: Promise<unknown>): Promise<number[]> {
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  const took: number[] = [];
  while (!isDone) {
    const askedAt = performance.now();
    await (await fetch(url)).text();
    took.push(performance.now() - askedAt);
    await pause(PAUSE_MS);
  }
  await ended;
  return took.sort((a, b) => a - b);
}

const figures = (took: readonly number[]) => ({
  answers: took.length,
  medianMs: took[took.length >> 1] ?? 0,
  p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
  longestMs: took.at(-1) ?? 0,
});

const { config, remove, request, scoped, mapped } = await placeMappedReport('pdf', { findings: FINDINGS });
const maker = artifactMakerInThreads(THREAD_FILE, { config, startedAt: new Date() });
await askedDuring(pause(1_000));
const idle = figures(await askedDuring(pause(IDLE_MS)));
const startedAt = performance.now();
const busy = figures(await askedDuring(maker.make({ request, scoped, mapped })));
const madeMs = performance.now() - startedAt;
const peakRssMiB = process.resourceUsage().maxRSS / 1024;
await maker.close();
await remove();
server.close();

const cells = ({ answers, medianMs, p99Ms, longestMs }: typeof idle) =>
  `${String(answers).padStart(7)} responses, median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${longestMs.toFixed(1)} ms`;
console.log(`idle   ${cells(idle)}`);
console.log(`making ${cells(busy)}: ${(busy.longestMs / LIMIT_MS).toFixed(2)} of the limit of ${LIMIT_MS} ms`);
console.log(
  `${FINDINGS} findings made in ${(madeMs / 1_000).toFixed(1)} s; the process peaked at ${peakRssMiB.toFixed(0)} MiB, including the creation of the findings`,
);
console.log(JSON.stringify({ bench: 'renderer', findings: FINDINGS, madeMs, peakRssMiB, idle, busy }));
process.exit(0);
