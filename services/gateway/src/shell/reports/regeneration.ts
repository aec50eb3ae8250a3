import { type ReportAccepted, type Rules, streamOf } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { type KeptRules, keptDataOf } from '@evidence/verdicts';
import type { Call } from '../../core/call/call.js';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { type Past, pastAfter, regenerationOf } from '../../core/reports/regeneration.js';
import { statusOf } from '../../core/reports/report-record.js';
import type { Reports } from './reports.js';

export interface RegenerationParts {
  readonly reports: Reports;
  readonly store: EventLog;
  readonly rules: KeptRules;
  /** Whether tenants may send their own template for a PDF. */
  readonly packTemplates: 'on' | 'off';
}

/** The use case: make a report again whose artifact was pruned, or is lost. */
export class Regeneration {
  constructor(private readonly parts: RegenerationParts) {}

  /** Throws `report_not_found`, `report_not_expired`, `invalid_request`, `rules_changed`, `unavailable`; then nothing was appended. */
  async request(call: Call, reportId: string): Promise<ReportAccepted> {
    const { reports, store, rules, packTemplates } = this.parts;
    const record = reports.find(call.caller, reportId);
    const status = statusOf(record);
    const isLost = record.life.phase === 'ready' && record.life.lost !== undefined;
    if (status !== 'expired' && !isLost) {
      const message = status === 'ready' ? sentences.artifactStillThere : sentences.nothingToRegenerate;
      throw new Problem('report_not_expired', message, { report_status: status });
    }
    let past: Past = {};
    for await (const event of historyOf(store, 'report', streamOf.report(reportId))) past = pastAfter(past, event);
    if (packTemplates === 'off' && past.request?.template !== undefined)
      throw new Problem('invalid_request', sentences.madeWithTemplate);
    return reports.record(
      call,
      regenerationOf(past, reports.identity(call), (pinned) => requireKept(pinned, rules)),
    );
  }
}

function requireKept(pinned: Rules, kept: KeptRules): void {
  try {
    keptDataOf(pinned, kept);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { pinned: value, installed } = error.facts;
    throw new Problem('rules_changed', error.message, { value, allowed: [String(installed)] });
  }
}
