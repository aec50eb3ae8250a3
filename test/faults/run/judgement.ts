import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FollowedReport } from './followed-log.ts';
import type { Asked } from './load.ts';
import type { System } from './system.ts';

/** After its deadline, for expiry to notice: it looks once a minute, and once more after a failure. */
const GRACE_MS = 75_000;

/** A span in which something that a report needs was down; `performance.now()`. */
export interface Harm {
  readonly fromMs: number;
  readonly toMs: number;
  /** The clock was moved, and later set back. Expiry then gives a report up to twice its time, see its README. */
  readonly isOfClock: boolean;
}

export interface Facts {
  readonly system: System;
  readonly asked: readonly Asked[];
  readonly reports: ReadonlyMap<string, FollowedReport>;
  readonly harms: readonly Harm[];
  readonly deadlineSeconds: number;
}

/** How many reports broke each promise; none may break any. The ids show which. */
export async function breachesOf({
  system,
  asked,
  reports,
  harms,
  deadlineSeconds,
}: Facts): Promise<Readonly<Record<string, readonly string[]>>> {
  const ids = [...reports.keys()];
  const of = (breaks: (report: FollowedReport) => boolean): string[] =>
    ids.filter((id) => breaks(reports.get(id) as FollowedReport));
  const askedIds = new Set(asked.map(({ reportId }) => reportId));
  const lost: string[] = [];
  for (const [id, { ready }] of reports) {
    if (!ready) continue;
    for (const blob of [ready.artifact, ready.attestation])
      if (!(await isStored(system, blob.sha256, blob.sizeBytes))) lost.push(id);
  }
  return {
    'accepted, and not in the log': [...askedIds].filter((id) => !reports.has(id)),
    'two reports for one request': ids.filter((id) => !askedIds.has(id)),
    'never ended': of(({ endedMs }) => endedMs === undefined),
    'ended twice': of(({ types }) => (types.get('ReportReady') ?? 0) + (types.get('ReportFailed') ?? 0) > 1),
    'an event twice': of(({ types }) => [...types.values()].some((times) => times > 1)),
    'failed without stage and reason': of(
      ({ failed }) => failed !== undefined && !(failed.stage && failed.code && failed.message),
    ),
    'ready without its artifact': lost,
    'past its deadline': of(({ requestedMs, endedMs = performance.now() }) => {
      const during = harms.filter(({ fromMs, toMs }) => fromMs < endedMs && toMs > requestedMs);
      const times = during.some(({ isOfClock }) => isOfClock) ? 2 : 1;
      return endedMs - requestedMs - harmed(during, requestedMs, endedMs) > times * deadlineSeconds * 1_000 + GRACE_MS;
    }),
  };
}

/** How much of a span something was down. Harms do not overlap. */
function harmed(harms: readonly Harm[], sinceMs: number, untilMs: number): number {
  return harms.reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, untilMs) - Math.max(fromMs, sinceMs)),
    0,
  );
}

async function isStored({ dataDir }: System, sha256: string, sizeBytes: number): Promise<boolean> {
  const bytes = await readFile(join(dataDir, 'artifacts', 'acme', sha256.slice(0, 2), sha256)).catch(() => undefined);
  return bytes?.length === sizeBytes && createHash('sha256').update(bytes).digest('hex') === sha256;
}
