export { expiresAtOf, isDue } from './retention.js';
export {
  type PlaceLegalHold,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  type ReleaseLegalHold,
  type SetRetentionPolicy,
  type TenantEvent,
  type TenantPolicy,
  type TenantRefusalCode,
  tenantPolicy,
} from './tenant-policy.js';
