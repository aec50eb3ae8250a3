export {
  type CertificateRequest,
  type InstallationAuthority,
  type Issued,
  makeInstallationAuthority,
} from './authority.js';
export { type HandedOut, handOut } from './hand-out.js';
export { type ExtraLogin, ensureStoreCredentials } from './store-credentials.js';
