export { expiresAtOf, isDue } from './retention.js';
export {
  CLEAN_SCANS_MAX,
  type PlaceLegalHold,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  type ReleaseLegalHold,
  type SetAutoResolvePolicy,
  type SetRetentionPolicy,
  type TenantEvent,
  type TenantPolicy,
  type TenantRefusalCode,
  tenantPolicy,
} from './tenant-policy.js';
