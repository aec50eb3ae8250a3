import type { DatabaseSync } from 'node:sqlite';
import type { KeptBlob, Scrubbing } from '../ports.js';

/** The blobs of ready reports, which have an expiry duty. A cross join, because SQLite then reads the blobs in order instead of sorting all of them. */
const NEXT = `
  select blob.report_id as reportId, blob.tenant, blob.sha256 from blob
  cross join duty on duty.report_id = blob.report_id and duty.kind = 'expire'
  where (blob.report_id, blob.sha256) > (select report_id, sha256 from scrub)
  order by blob.report_id, blob.sha256 limit 1
`;
const IS_KEPT = `
  select 1 from blob join duty on duty.report_id = blob.report_id and duty.kind = 'expire'
  where blob.report_id = ? and blob.sha256 = ?
`;

/** The port over the database of a view file that was opened with `DUTIES_SCHEMA`. The progress survives a restart, but not a rebuild. */
export function scrubbingInViewFile(db: DatabaseSync): Scrubbing {
  db.exec(`insert or ignore into scrub values (1, '', '', null)`);
  const next = db.prepare(NEXT);
  const isKept = db.prepare(IS_KEPT);
  const moveTo = db.prepare('update scrub set report_id = ?, sha256 = ?');
  const passSince = db.prepare('select pass_since_ms as sinceMs from scrub');
  const begin = db.prepare(`update scrub set report_id = '', sha256 = '', pass_since_ms = ?`);
  return {
    next: () => next.get() as KeptBlob | undefined,
    checked: ({ reportId, sha256 }) => void moveTo.run(reportId, sha256),
    isKept: ({ reportId, sha256 }) => isKept.get(reportId, sha256) !== undefined,
    passSinceMs: () => (passSince.get() as { sinceMs: number | null }).sinceMs ?? undefined,
    beginPass: (nowMs) => void begin.run(nowMs),
  };
}
