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

/** Holds for reports that become ready afterwards: what was promised to a report is not changed under it. */
export type SetRetentionPolicy = { readonly type: 'SetRetentionPolicy'; readonly data: Readonly<RetentionPolicySet> };

/** Holds for every report of the tenant, also for those that are ready already. 0 seconds: no floor any more. */
export type SetRetentionFloor = { readonly type: 'SetRetentionFloor'; readonly data: Readonly<RetentionFloorSet> };

/** Holds for scans that are imported afterwards. */
export type SetAutoResolvePolicy = {
  readonly type: 'SetAutoResolvePolicy';
  readonly data: Readonly<AutoResolvePolicySet>;
};

/** Holds for what is asked for afterwards. A quota that is left out stays as it is. */
export type SetQuotas = {
  readonly type: 'SetQuotas';
  readonly data: Readonly<Omit<QuotasSet, keyof OwnQuotas>> & Partial<OwnQuotas>;
};

/** Keeps a report whatever its retention; also one that is not ready yet. `prunedAt` (RFC 3339) when it has been pruned. */
export type PlaceLegalHold = {
  readonly type: 'PlaceLegalHold';
  readonly data: Readonly<LegalHoldPlaced>;
  readonly prunedAt?: string;
};

/** Lets retention decide again; a report past its end is then due at once. */
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

/** What a tenant decided about its reports and findings, the stream `tenant-<slug>`. `holds` are ids of reports. */
export interface TenantPolicy {
  /** Absent: the default of the installation. */
  readonly retentionSeconds?: number;
  /** No report is pruned sooner. Absent: there is no floor. */
  readonly floorSeconds?: number;
  /** After so many scans that tested a weakness without seeing it, it is resolved. Absent: never. */
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
  const message = `A quota must be a whole number from 0 (no limit) to ${QUOTA_MAX}, or null for the installation's default.`;
  throw new Refusal<TenantRefusalCode>('quota_invalid', message, { [name]: value });
}

function checkRetention(seconds: number, floorSeconds: number): void {
  if (!isWithin(seconds, RETENTION_SECONDS_MIN)) {
    const message = `Retention must be a whole number of seconds from ${RETENTION_SECONDS_MIN} to ${RETENTION_SECONDS_MAX} (36,500 days).`;
    throw new Refusal<TenantRefusalCode>('retention_invalid', message, { retentionSeconds: seconds });
  }
  if (seconds >= floorSeconds) return;
  const message = `The retention floor of this tenant is ${floorSeconds} s. Set a retention that is at least as long, or lower the floor first.`;
  throw new Refusal<TenantRefusalCode>('retention_below_floor', message, { retentionSeconds: seconds, floorSeconds });
}

function checkFloor(seconds: number): void {
  if (isWithin(seconds, 0)) return;
  const message = `A floor must be a whole number of seconds from 0 (none) to ${RETENTION_SECONDS_MAX} (36,500 days).`;
  throw new Refusal<TenantRefusalCode>('retention_invalid', message, { floorSeconds: seconds });
}

const isWithin = (seconds: number, min: number): boolean =>
  Number.isInteger(seconds) && seconds >= min && seconds <= RETENTION_SECONDS_MAX;

function checkThere({ data: { reportId }, prunedAt }: PlaceLegalHold): void {
  if (prunedAt === undefined) return;
  const message = `${reportId} was pruned at ${prunedAt}, so a hold would have no effect. Regenerate the report and place a hold on the new one.`;
  throw new Refusal<TenantRefusalCode>('report_pruned', message, { reportId, prunedAt });
}

function checkCleanScans(scans: number | null): void {
  if (scans === null) return;
  if (Number.isInteger(scans) && scans >= 1 && scans <= CLEAN_SCANS_MAX) return;
  const message = `The number of scans after which weaknesses are resolved must be a whole number from 1 to ${CLEAN_SCANS_MAX}, or never.`;
  throw new Refusal<TenantRefusalCode>('clean_scans_invalid', message, { afterCleanScans: scans });
}

/** Without secrets: nothing that is appended can be taken back. */
const storedReason = (reason: string): string => redactedWithin(reason, 'name', REASON_CHARS_MAX);

function checkReason(reason: string, what: string): void {
  if (reason.trim().length > 0 && reason.length <= REASON_CHARS_MAX) return;
  const message = `${what} needs a reason of 1 to ${REASON_CHARS_MAX} characters, because someone will have to judge it later.`;
  throw new Refusal<TenantRefusalCode>('reason_invalid', message, { reason });
}
