export { openArtifactFolder } from './artifacts-in-folder.js';
export {
  ArtifactError,
  type ArtifactErrorCode,
  type ArtifactStore,
  BLOB_MAX_BYTES,
  type BlobRef,
  type ByteSpan,
} from './port.js';
