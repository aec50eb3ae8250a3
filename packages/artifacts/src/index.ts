export { ArtifactError, type ArtifactErrorCode, type ArtifactStore, type BlobRef, type ByteSpan } from './port.js';
