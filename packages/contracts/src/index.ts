export { CanonicalJsonError, canonicalJson } from './canonical-json.js';
export * from './events.js';
export { documentSchemas, eventSchemas } from './generated/schemas.js';
export type * from './generated/types.js';
export * from './validation.js';
