import type { Retention } from '@evidence/contracts';
import type { TenantEvent } from './tenant-policy.js';

/** An event of a tenant's stream, with its id: what a report's retention refers to. */
export type KnownTenantEvent = TenantEvent & { readonly id: string };

/** The minimum retention of a tenant, above zero, and the event that set it. */
export interface RetentionFloor {
  readonly seconds: number;
  readonly eventId: string;
}

/** The floor in force after these events of the tenant; undefined: there is none. */
export function floorOf(past: readonly KnownTenantEvent[]): RetentionFloor | undefined {
  const last = past.findLast((event) => event.type === 'RetentionFloorSet');
  if (last?.type !== 'RetentionFloorSet' || last.data.floorSeconds === 0) return undefined;
  return { seconds: last.data.floorSeconds, eventId: last.id };
}

/** The retention of a report that becomes ready after these events of its tenant. The default is the installation's. */
export function retentionOf(past: readonly KnownTenantEvent[], defaultRetentionSeconds: number): Retention {
  const last = past.findLast((event) => event.type === 'RetentionPolicySet');
  const wanted: Retention =
    last?.type === 'RetentionPolicySet'
      ? { seconds: last.data.retentionSeconds, basis: 'tenant_policy', eventId: last.id }
      : { seconds: defaultRetentionSeconds, basis: 'installation_default' };
  const floor = floorOf(past);
  return floor && floor.seconds > wanted.seconds ? { ...floor, basis: 'tenant_floor' } : wanted;
}

/** `seconds` after `readyAt` (RFC 3339): RFC 3339 in UTC with milliseconds. */
export const endOf = (readyAt: string, seconds: number): string =>
  new Date(Date.parse(readyAt) + seconds * 1_000).toISOString();

/** The end that was promised to a report. Instants are RFC 3339. */
export interface Promised {
  readonly readyAt: string;
  readonly expiresAt: string;
  readonly retention?: Retention;
}

/**
 * When a report is pruned, and why: at the promised end, but not before the tenant's current floor ends. A floor that is set after the report
 * became ready keeps it longer; lowering the floor restores the promised end.
 */
export function dueOf(
  { readyAt, expiresAt, retention }: Promised,
  floor: RetentionFloor | undefined,
): { readonly dueAt: string; readonly retention?: Retention } {
  const floorEnd = floor && endOf(readyAt, floor.seconds);
  if (floor && floorEnd && Date.parse(floorEnd) > Date.parse(expiresAt))
    return { dueAt: floorEnd, retention: { ...floor, basis: 'tenant_floor' } };
  return { dueAt: expiresAt, ...(retention && { retention }) };
}

/** Whether a report must be pruned: from `dueAt` (RFC 3339) on, unless there is a legal hold. */
export function isDue({
  dueAt,
  held,
  now,
}: {
  readonly dueAt: string;
  readonly held: boolean;
  readonly now: Date;
}): boolean {
  return !held && Date.parse(dueAt) <= now.getTime();
}
