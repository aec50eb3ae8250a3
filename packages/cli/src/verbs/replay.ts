import type { LogEvent } from '@evidence/event-store/log';
import { reportStatusOf } from '@evidence/report';
import { withEventStore } from '../event-store.js';
import { CommandFailure, usageFailure } from '../failure.js';
import { LeftOut, mayBeOf } from '../left-out.js';
import { type Cell, columns, count, jsonLine } from '../output.js';
import { PAST_EVENTS, Past, type PastReport } from '../prove/past.js';
import type { Surroundings } from '../surroundings.js';

interface Options {
  readonly to: string;
  readonly tenant?: string;
  readonly json?: true;
}

/**
 * `evidence replay --to <position|instant> [report-id]`: the reports, their statuses, the holds and the findings' statuses as of that point in
 * the log, or everything known about one report. Read-only.
 */
export async function replay(
  reportId: string | undefined,
  options: Options,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr } = surroundings;
  const isPast = untilOf(options.to);
  const past = new Past(options.tenant);
  const leftOut = new LeftOut(mayBeOf(options.tenant));
  await withEventStore(surroundings, async (store) => {
    const { onUnreadable } = leftOut;
    for await (const event of store.readAll({ filter: { types: PAST_EVENTS }, onUnreadable })) {
      if (!isPast(event)) break;
      past.take(event);
    }
  });
  leftOut.tell(surroundings);
  if (reportId === undefined) {
    const reports = past.reports();
    stdout.write(options.json ? reports.map((one) => jsonLine(documentOf(one))).join('') : tableOf(reports, stdout));
    const findings = Object.entries(past.findingsByStatus()).map(([status, count]) => `${count} ${status}`);
    stderr.write(
      `As of position ${past.position ?? 0n}: ${count(reports.length, 'report')}, ${count(past.scans, 'scan')}; findings: ${findings.join(', ') || 'none'}.\n`,
    );
    return;
  }
  const report = past.report(reportId);
  if (!report) throw new CommandFailure(`There was no report ${reportId} at ${options.to}.`);
  stdout.write(
    options.json
      ? jsonLine({ ...documentOf(report), ...report.life })
      : `${JSON.stringify({ ...documentOf(report), ...report.life }, undefined, 2)}\n`,
  );
}

/** Whether an event is in the past: by its position, or by the store's clock, which counts seconds. */
function untilOf(to: string): (event: LogEvent) => boolean {
  if (/^[0-9]{1,19}$/.test(to)) {
    const position = BigInt(to);
    return (event) => event.position <= position;
  }
  if (Number.isNaN(Date.parse(to)))
    throw usageFailure(`--to must be a position or an instant, such as 2026-11-29T12:00:00Z, not "${to}".`);
  const instantMs = Date.parse(to);
  return (event) => Date.parse(event.recordedAt) <= instantMs;
}

const documentOf = ({ tenant, life, held, last }: PastReport) => ({
  id: life.request.reportId,
  tenant,
  title: life.request.title,
  format: life.request.format,
  status: reportStatusOf(life),
  held,
  last_event: { position: String(last.position), type: last.type, at: last.occurredAt },
});

function tableOf(reports: readonly PastReport[], stdout: NodeJS.WriteStream): string {
  if (reports.length === 0) return '';
  const heading = ['REPORT', 'TENANT', 'STATUS', 'HELD', 'LAST EVENT', 'AT', 'TITLE'].map(
    (text): Cell => ({ text, style: 'dim' }),
  );
  const rows = reports.map(({ tenant, life, held, last }) => [
    ...[life.request.reportId, tenant, reportStatusOf(life), held ? 'held' : '', last.type, last.occurredAt],
    life.request.title,
  ]);
  return columns([heading, ...rows], stdout);
}
