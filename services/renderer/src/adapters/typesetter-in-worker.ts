// Not the whole package: pdfmake and the fonts are loaded by the thread, not by the service.
import { startRenderWorker } from '@evidence/pdf/worker';
import type { Typesetter } from '../ports.js';

/** pdfmake lays out in one synchronous block (10 s of processor at 3,000 findings, pdfmake 0.3.11): on a thread of its own the service goes on answering. */
export function typesetterInWorker(): Typesetter {
  const worker = startRenderWorker();
  return { typeset: (report) => worker.renderPack(report), close: () => worker.close() };
}
