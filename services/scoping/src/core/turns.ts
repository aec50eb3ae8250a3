/** A tenant whose reports wait to be started. Positions are those of the log. */
interface WaitingTenant {
  readonly tenant: string;
  /** Position of the request that has waited longest. */
  readonly oldest: bigint;
  /** Position of the last start of one of the tenant's reports; 0 before the first. */
  readonly lastTurn: bigint;
}

/** A report that was started and has not ended. */
export interface StartedReport {
  readonly tenant: string;
  readonly reportId: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** Reports with a tenant's own template have their own lane, because they have their own threads in the renderer. */
export const LANES = ['standard', 'template'] as const;
export type Lane = (typeof LANES)[number];

/** How many reports of each lane are in progress at once, if the first lane has `reportsAtOnce`. At least two, so that no tenant can take all. */
export const slotsOf = (reportsAtOnce: number): Readonly<Record<Lane, number>> => ({
  standard: reportsAtOnce,
  template: Math.max(2, Math.ceil(reportsAtOnce / 2)),
});

/** The reports of a lane that wait or are in progress, in all instances of all services. */
export interface Line {
  readonly waiting: readonly WaitingTenant[];
  readonly started: readonly StartedReport[];
}

/**
 * No report takes this long: the renderer gives up after 3 minutes. One that was started longer ago is left over from a crash, or waits for something
 * without having reported it.
 */
const UNDER_WAY_MAX_MS = 10 * 60_000;
/** No more reports of a tenant are started while it has this many started reports per slot, including those that are set aside. */
const SET_ASIDE_FACTOR = 8;

/**
 * The tenant whose oldest report is started next; undefined while all slots are taken, or no waiting tenant may have one. It is the tenant with the
 * fewest reports in progress, among equals the one whose last turn was longest ago, then the one that has waited longest.
 *
 * `slots` reports are in progress at once, in all stages and instances together, and one fewer for a single tenant, so that another tenant finds a
 * free slot. Only reports in progress are in the queues of the later stages, which are first come first served, so a flood of one tenant cannot be
 * ahead of somebody else's report there. A report that a stage has set aside (`setAside`: something it needs is down) takes no slot, but only up to
 * a limit: otherwise all reports of a tenant that wait for a time-stamp would come back together, ahead of everybody's.
 */
export function nextTurn(
  { waiting, started }: Line,
  slots: number,
  setAside: (report: StartedReport) => boolean,
  nowMs: number,
): string | undefined {
  const inHand = new Map<string, number>();
  const all = new Map<string, number>();
  let taken = 0;
  for (const report of started) {
    add(all, report.tenant);
    // A start in the future means that the clock has been set back, so it is not known how long ago it was.
    if (setAside(report) || Math.abs(nowMs - report.startedAtMs) >= UNDER_WAY_MAX_MS) continue;
    add(inHand, report.tenant);
    taken += 1;
  }
  if (taken >= slots) return undefined;
  const share = Math.max(1, slots - 1);
  const of = (counts: ReadonlyMap<string, number>, { tenant }: WaitingTenant) => counts.get(tenant) ?? 0;
  return waiting
    .filter((one) => of(inHand, one) < share && of(all, one) < slots * SET_ASIDE_FACTOR)
    .sort((a, b) => of(inHand, a) - of(inHand, b) || compare(a.lastTurn, b.lastTurn) || compare(a.oldest, b.oldest))[0]
    ?.tenant;
}

const add = (counts: Map<string, number>, tenant: string): void =>
  void counts.set(tenant, (counts.get(tenant) ?? 0) + 1);

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
