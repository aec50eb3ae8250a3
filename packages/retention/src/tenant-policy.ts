import type {
  AutoResolvePolicySet,
  EventOf,
  LegalHoldPlaced,
  LegalHoldReleased,
  QuotasSet,
  RetentionFloorSet,
  RetentionPolicySet,
} from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';
import { redactedWithin } from '@evidence/redaction';
import { NO_OWN_QUOTAS, type OwnQuotas, QUOTA_MAX, quotaNames } from './quotas.js';
import { policySays } from './sentences.js';

export const RETENTION_SECONDS_MIN = 1;
/** 36,500 days. */
export const RETENTION_SECONDS_MAX = 36_500 * 24 * 60 * 60;
export const CLEAN_SCANS_MAX = 1_000;
const REASON_CHARS_MAX = 1_000;

export type TenantEvent = EventOf<
  | 'RetentionPolicySet'
  | 'RetentionFloorSet'
  | 'AutoResolvePolicySet'
  | 'QuotasSet'
  | 'LegalHoldPlaced'
  | 'LegalHoldReleased'
>;

/** Applies to reports that become ready afterwards: the end that was promised to a report does not change. */
export type SetRetentionPolicy = { readonly type: 'SetRetentionPolicy'; readonly data: Readonly<RetentionPolicySet> };

/** Applies to every report of the tenant, also to those that are already ready. 0 seconds removes the floor. */
export type SetRetentionFloor = { readonly type: 'SetRetentionFloor'; readonly data: Readonly<RetentionFloorSet> };

/** Applies to scans that are imported afterwards. */
export type SetAutoResolvePolicy = {
  readonly type: 'SetAutoResolvePolicy';
  readonly data: Readonly<AutoResolvePolicySet>;
};

/** Applies to later requests. A quota that is left out does not change. */
export type SetQuotas = {
  readonly type: 'SetQuotas';
  readonly data: Readonly<Omit<QuotasSet, keyof OwnQuotas>> & Partial<OwnQuotas>;
};

/** Keeps a report beyond its retention; also one that is not ready yet. `prunedAt` (RFC 3339): set if it has been pruned. */
export type PlaceLegalHold = {
  readonly type: 'PlaceLegalHold';
  readonly data: Readonly<LegalHoldPlaced>;
  readonly prunedAt?: string;
};

/** Retention applies again; a report past its end is then due at once. */
export type ReleaseLegalHold = { readonly type: 'ReleaseLegalHold'; readonly data: Readonly<LegalHoldReleased> };

/**
 * `retention_invalid`, `clean_scans_invalid`, `quota_invalid`, `reason_invalid`: correct the value named in the facts. `retention_below_floor`: set more, or
 * lower the floor first. `report_pruned`: make the report again, and hold the new one.
 */
export type TenantRefusalCode =
  | 'retention_invalid'
  | 'retention_below_floor'
  | 'clean_scans_invalid'
  | 'quota_invalid'
  | 'reason_invalid'
  | 'report_pruned';

/** A tenant's decisions about its reports and findings, in the stream `tenant-<slug>`. `holds` are ids of reports. */
export interface TenantPolicy {
  /** Absent: the default of the installation. */
  readonly retentionSeconds?: number;
  /** No report is pruned sooner. Absent: there is no floor. */
  readonly floorSeconds?: number;
  /** A weakness is resolved after this many scans that tested it without seeing it. Absent: never. */
  readonly autoResolveAfterCleanScans?: number;
  /** Absent: the defaults of the installation. */
  readonly quotas?: OwnQuotas;
  readonly holds: ReadonlySet<string>;
}

type TenantCommand =
  | SetRetentionPolicy
  | SetRetentionFloor
  | SetAutoResolvePolicy
  | SetQuotas
  | PlaceLegalHold
  | ReleaseLegalHold;

export const tenantPolicy: Decider<TenantCommand, TenantPolicy, TenantEvent> = {
  initialState: { holds: new Set() },

  evolve(policy, event): TenantPolicy {
    switch (event.type) {
      case 'RetentionPolicySet':
        return { ...policy, retentionSeconds: event.data.retentionSeconds };
      case 'RetentionFloorSet': {
        const { floorSeconds: _, ...others } = policy;
        const { floorSeconds } = event.data;
        return floorSeconds === 0 ? others : { ...others, floorSeconds };
      }
      case 'AutoResolvePolicySet': {
        const { autoResolveAfterCleanScans: _, ...others } = policy;
        const { afterCleanScans } = event.data;
        return afterCleanScans === null ? others : { ...others, autoResolveAfterCleanScans: afterCleanScans };
      }
      case 'QuotasSet': {
        const { findings, artifactBytes, queuedReports } = event.data;
        return { ...policy, quotas: { findings, artifactBytes, queuedReports } };
      }
      case 'LegalHoldPlaced':
        return { ...policy, holds: new Set([...policy.holds, event.data.reportId]) };
      case 'LegalHoldReleased':
        return { ...policy, holds: new Set([...policy.holds].filter((held) => held !== event.data.reportId)) };
      default:
        return policy;
    }
  },

  decide(command, policy): readonly TenantEvent[] {
    switch (command.type) {
      case 'SetRetentionPolicy':
        checkRetention(command.data.retentionSeconds, policy.floorSeconds ?? 0);
        if (command.data.retentionSeconds === policy.retentionSeconds) return [];
        return [{ type: 'RetentionPolicySet', data: command.data }];
      case 'SetRetentionFloor':
        checkFloor(command.data.floorSeconds);
        checkReason(command.data.reason, 'A floor');
        if (command.data.floorSeconds === (policy.floorSeconds ?? 0)) return [];
        return [{ type: 'RetentionFloorSet', data: { ...command.data, reason: storedReason(command.data.reason) } }];
      case 'SetAutoResolvePolicy':
        checkCleanScans(command.data.afterCleanScans);
        if (command.data.afterCleanScans === (policy.autoResolveAfterCleanScans ?? null)) return [];
        return [{ type: 'AutoResolvePolicySet', data: command.data }];
      case 'SetQuotas':
        return setQuotas(command, policy);
      case 'PlaceLegalHold':
        checkReason(command.data.reason, 'A hold');
        checkThere(command);
        if (policy.holds.has(command.data.reportId)) return [];
        return [{ type: 'LegalHoldPlaced', data: { ...command.data, reason: storedReason(command.data.reason) } }];
      case 'ReleaseLegalHold':
        if (!policy.holds.has(command.data.reportId)) return [];
        return [{ type: 'LegalHoldReleased', data: command.data }];
    }
  },
};

function setQuotas({ data }: SetQuotas, { quotas = NO_OWN_QUOTAS }: TenantPolicy): readonly TenantEvent[] {
  const after = { ...quotas, ...data };
  for (const name of quotaNames) checkQuota(name, after[name]);
  return quotaNames.every((name) => after[name] === quotas[name]) ? [] : [{ type: 'QuotasSet', data: after }];
}

function checkQuota(name: string, value: number | null): void {
  if (value === null || (Number.isInteger(value) && value >= 0 && value <= QUOTA_MAX)) return;
  throw new Refusal<TenantRefusalCode>('quota_invalid', policySays.quota(QUOTA_MAX), { [name]: value });
}

function checkRetention(seconds: number, floorSeconds: number): void {
  if (!isWithin(seconds, RETENTION_SECONDS_MIN)) {
    const message = policySays.retention(RETENTION_SECONDS_MIN, RETENTION_SECONDS_MAX);
    throw new Refusal<TenantRefusalCode>('retention_invalid', message, { retentionSeconds: seconds });
  }
  if (seconds >= floorSeconds) return;
  const message = policySays.belowFloor(floorSeconds);
  throw new Refusal<TenantRefusalCode>('retention_below_floor', message, { retentionSeconds: seconds, floorSeconds });
}

function checkFloor(seconds: number): void {
  if (isWithin(seconds, 0)) return;
  throw new Refusal<TenantRefusalCode>('retention_invalid', policySays.floor(RETENTION_SECONDS_MAX), {
    floorSeconds: seconds,
  });
}

const isWithin = (seconds: number, min: number): boolean =>
  Number.isInteger(seconds) && seconds >= min && seconds <= RETENTION_SECONDS_MAX;

function checkThere({ data: { reportId }, prunedAt }: PlaceLegalHold): void {
  if (prunedAt === undefined) return;
  throw new Refusal<TenantRefusalCode>('report_pruned', policySays.pruned(reportId, prunedAt), { reportId, prunedAt });
}

function checkCleanScans(scans: number | null): void {
  if (scans === null) return;
  if (Number.isInteger(scans) && scans >= 1 && scans <= CLEAN_SCANS_MAX) return;
  throw new Refusal<TenantRefusalCode>('clean_scans_invalid', policySays.cleanScans(CLEAN_SCANS_MAX), {
    afterCleanScans: scans,
  });
}

/** Without secrets, because what is appended cannot be removed. */
const storedReason = (reason: string): string => redactedWithin(reason, 'name', REASON_CHARS_MAX);

function checkReason(reason: string, what: string): void {
  if (reason.trim().length > 0 && reason.length <= REASON_CHARS_MAX) return;
  throw new Refusal<TenantRefusalCode>('reason_invalid', policySays.reason(what, REASON_CHARS_MAX), { reason });
}
