export {
  CLOCK_TENANT,
  type ClockEvent,
  type ClockReading,
  confirmationAfter,
  type Outage,
  outageBetween,
  tickAfter,
} from './log-clock.js';
export { fits, type OwnQuotas, QUOTA_MAX, type QuotaName, type Quotas, quotaNames, quotasOf } from './quotas.js';
export {
  dueOf,
  endOf,
  floorOf,
  isDue,
  type KnownTenantEvent,
  type Promised,
  type RetentionFloor,
  retentionOf,
} from './retention.js';
export {
  CLEAN_SCANS_MAX,
  type PlaceLegalHold,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  type ReleaseLegalHold,
  type SetAutoResolvePolicy,
  type SetQuotas,
  type SetRetentionFloor,
  type SetRetentionPolicy,
  type TenantEvent,
  type TenantPolicy,
  type TenantRefusalCode,
  tenantPolicy,
} from './tenant-policy.js';
