export { PdfError, type PdfErrorCode } from './pdf-error.js';
