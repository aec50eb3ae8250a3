export { PdfError, type PdfErrorCode } from './pdf-error.js';
export { PACK_MAX_FINDINGS, renderPack } from './render-pack.js';
export { DEFAULT_RENDER_LIMITS, type RenderLimits, type RenderWorker, startRenderWorker } from './worker.js';
