import type {
  AutoResolvePolicySet,
  EventOf,
  LegalHoldPlaced,
  LegalHoldReleased,
  RetentionPolicySet,
} from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';

export const RETENTION_SECONDS_MIN = 1;
/** 36,500 days. */
export const RETENTION_SECONDS_MAX = 36_500 * 24 * 60 * 60;
export const CLEAN_SCANS_MAX = 1_000;
const REASON_CHARS_MAX = 1_000;

export type TenantEvent = EventOf<
  'RetentionPolicySet' | 'AutoResolvePolicySet' | 'LegalHoldPlaced' | 'LegalHoldReleased'
>;

/** Holds for reports that become ready afterwards: what was promised to a report is not changed under it. */
export type SetRetentionPolicy = { readonly type: 'SetRetentionPolicy'; readonly data: Readonly<RetentionPolicySet> };

/** Holds for scans that are imported afterwards. */
export type SetAutoResolvePolicy = {
  readonly type: 'SetAutoResolvePolicy';
  readonly data: Readonly<AutoResolvePolicySet>;
};

/** Keeps a report whatever its retention; also one that is not ready yet. */
export type PlaceLegalHold = { readonly type: 'PlaceLegalHold'; readonly data: Readonly<LegalHoldPlaced> };

/** Lets retention decide again; a report past its end is then due at once. */
export type ReleaseLegalHold = { readonly type: 'ReleaseLegalHold'; readonly data: Readonly<LegalHoldReleased> };

/** `retention_invalid`, `clean_scans_invalid`, `reason_invalid`: correct the value named in the facts. */
export type TenantRefusalCode = 'retention_invalid' | 'clean_scans_invalid' | 'reason_invalid';

/** What a tenant decided about its reports and findings, the stream `tenant-<slug>`. `holds` are ids of reports. */
export interface TenantPolicy {
  /** Absent: the default of the installation. */
  readonly retentionSeconds?: number;
  /** After so many scans that tested a weakness without seeing it, it is resolved. Absent: never. */
  readonly autoResolveAfterCleanScans?: number;
  readonly holds: ReadonlySet<string>;
}

type TenantCommand = SetRetentionPolicy | SetAutoResolvePolicy | PlaceLegalHold | ReleaseLegalHold;

export const tenantPolicy: Decider<TenantCommand, TenantPolicy, TenantEvent> = {
  initialState: { holds: new Set() },

  evolve(policy, event): TenantPolicy {
    switch (event.type) {
      case 'RetentionPolicySet':
        return { ...policy, retentionSeconds: event.data.retentionSeconds };
      case 'AutoResolvePolicySet': {
        const { autoResolveAfterCleanScans: _, ...others } = policy;
        const { afterCleanScans } = event.data;
        return afterCleanScans === null ? others : { ...others, autoResolveAfterCleanScans: afterCleanScans };
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
        checkRetention(command.data.retentionSeconds);
        if (command.data.retentionSeconds === policy.retentionSeconds) return [];
        return [{ type: 'RetentionPolicySet', data: command.data }];
      case 'SetAutoResolvePolicy':
        checkCleanScans(command.data.afterCleanScans);
        if (command.data.afterCleanScans === (policy.autoResolveAfterCleanScans ?? null)) return [];
        return [{ type: 'AutoResolvePolicySet', data: command.data }];
      case 'PlaceLegalHold':
        checkReason(command.data.reason);
        if (policy.holds.has(command.data.reportId)) return [];
        return [{ type: 'LegalHoldPlaced', data: command.data }];
      case 'ReleaseLegalHold':
        if (!policy.holds.has(command.data.reportId)) return [];
        return [{ type: 'LegalHoldReleased', data: command.data }];
    }
  },
};

function checkRetention(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= RETENTION_SECONDS_MIN && seconds <= RETENTION_SECONDS_MAX) return;
  const message = `Retention is a whole number of seconds from ${RETENTION_SECONDS_MIN} to ${RETENTION_SECONDS_MAX} (36,500 days).`;
  throw new Refusal<TenantRefusalCode>('retention_invalid', message, { retentionSeconds: seconds });
}

function checkCleanScans(scans: number | null): void {
  if (scans === null) return;
  if (Number.isInteger(scans) && scans >= 1 && scans <= CLEAN_SCANS_MAX) return;
  const message = `Weaknesses are resolved after a whole number of scans from 1 to ${CLEAN_SCANS_MAX}, or never.`;
  throw new Refusal<TenantRefusalCode>('clean_scans_invalid', message, { afterCleanScans: scans });
}

function checkReason(reason: string): void {
  if (reason.trim().length > 0 && reason.length <= REASON_CHARS_MAX) return;
  const message = `A hold needs a reason of 1 to ${REASON_CHARS_MAX} characters: somebody will have to judge it later.`;
  throw new Refusal<TenantRefusalCode>('reason_invalid', message, { reason });
}
