export { RENDERER_VERSION } from './artifact-names.js';
export { type MakingParts, makeArtifact } from './make-artifact.js';
export type { MadeArtifact, MappedReport, Tell } from './port.js';
