export { isCidr, isInside } from './addresses.js';
export { type Access, type AccessRefusalCode, authorise, type TokenGrant } from './authorise.js';
export { isTokenScope, TOKEN_SCOPES, type TokenScope } from './scopes.js';
export { hashToken, type NewToken, newToken } from './token.js';
export {
  type ApiToken,
  apiToken,
  type MintToken,
  type RevokeToken,
  type TokenEvent,
  type TokenRefusalCode,
} from './token-life.js';
