export { openArtifactFolder, readArtifactFolder } from './artifacts-in-folder.js';
export {
  ArtifactError,
  type ArtifactErrorCode,
  type ArtifactStore,
  BLOB_MAX_BYTES,
  type BlobRef,
  type ByteSource,
  type ByteSpan,
  isGone,
  type ScratchFile,
  type SizedBlob,
  WHOLE_MAX_BYTES,
  type WriteOptions,
} from './port.js';
