export { PdfError, type PdfErrorCode } from '../pdf-error.js';
export { renderTemplate } from './render-template.js';
