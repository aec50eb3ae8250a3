import { parentPort } from 'node:worker_threads';
import type { EvidenceReport } from '@evidence/contracts';
import { PdfError } from './pdf-error.js';
import { renderPack } from './render-pack.js';
import type { ThreadAnswer } from './worker.js';

// The thread's side of worker.ts: one report in, one answer out. An error crosses the border as data, for a thread
// boundary keeps neither its class nor its code.
parentPort?.on('message', async (report: EvidenceReport) => {
  try {
    const pdf = await renderPack(report);
    const bytes = new Uint8Array(pdf);
    parentPort?.postMessage({ pdf: bytes } satisfies ThreadAnswer, [bytes.buffer]);
  } catch (error) {
    const { code, message, facts } = asPdfError(error);
    parentPort?.postMessage({ code, message, facts } satisfies ThreadAnswer);
  }
});

const asPdfError = (error: unknown) =>
  error instanceof PdfError ? error : new PdfError('render_failed', (error as Error).message);
