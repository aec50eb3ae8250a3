import { startRenderWorker } from '@evidence/pdf';
import type { Typesetter } from '../ports.js';

/** pdfmake lays out in one synchronous block (55 s at 50,000 findings, pdfmake 0.3.11): on a thread of its own the service goes on answering. */
export function typesetterInWorker(): Typesetter {
  const worker = startRenderWorker();
  return { typeset: (report) => worker.renderPack(report), close: () => worker.close() };
}
