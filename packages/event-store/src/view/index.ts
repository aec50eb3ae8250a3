export type { Behind, Projection, ProjectionOptions } from './port.js';
export { preparedOn } from './prepared.js';
export { startProjection } from './projection.js';
export type { Lacking, Quarantine, QuarantinedEvent } from './quarantine.js';
export { LARGE_PAGE_BYTES, openViewFile, type ViewFile, type ViewFileOptions } from './view-file.js';
export { takeViewFolder, type ViewFolder } from './view-folder.js';
