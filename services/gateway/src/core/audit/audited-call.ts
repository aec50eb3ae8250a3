import type { ApiCallAudited, AuditEntry, EventOf } from '@evidence/contracts';
import type { KnownToken } from '../access/authenticate.js';
import type { ProblemSlug } from '../call/problem.js';

/** A call with a token that we know, good or not, as it ended. */
export interface FinishedCall {
  readonly id: string;
  readonly token: KnownToken;
  readonly calledAt: Date;
  readonly action: AuditAction;
  readonly method: ApiCallAudited['method'];
  /** As it was registered: `/api/v2/reports/:id`. */
  readonly route: string;
  /** What the path names, or what the call has made. Whatever a client may have put there. */
  readonly named: string | undefined;
  /** It was only to say what it would do. */
  readonly isDryRun: boolean;
  /** Undefined: the client disconnected before the response was complete. */
  readonly status: number | undefined;
  readonly error: ProblemSlug | undefined;
  readonly address: string | undefined;
}

/**
 * What calls are called in the audit: the subject, and what was done with it. Each route says its own (`shell/edge/route.ts`); a name stays as
 * it is, because clients filter audits by it.
 */
export type AuditAction = `${'report' | 'finding' | 'framework' | 'audit'}.${string}`;

const DENIED = 'auth.denied';
const DENIALS: readonly (ProblemSlug | undefined)[] = [
  'invalid_token',
  'expired_token',
  'ip_not_allowed',
  'missing_scope',
];

/** The call as an event for the tenant's audit. */
export function auditedCall(call: FinishedCall): EventOf<'ApiCallAudited'> {
  const { id: callId, token, method, route, status = null, error = null, address = null } = call;
  const data: ApiCallAudited = {
    callId,
    tenant: token.tenant,
    calledAt: call.calledAt.toISOString(),
    action: actionAsEnded(call),
    actor: `token:${token.tokenId}`,
    subject: token.subject ?? null,
    method,
    route: route.replace(/:([a-z]+)/g, '{$1}'),
    resourceId: resourceIn(call) ?? null,
    status,
    error,
    address,
  };
  return { type: 'ApiCallAudited', data };
}

/** As shown in the list. */
export function auditEntryOf(call: ApiCallAudited): AuditEntry {
  const { callId: id, calledAt: called_at, resourceId: resource_id, action, actor, subject } = call;
  const { method, route, status, error, address } = call;
  return { id, called_at, action, actor, subject, method, route, resource_id, status, error, address };
}

/** Only bytes that were sent are a download: the link before them, and a look at the headers, are not. */
function actionAsEnded({ action, method, isDryRun, status, error }: FinishedCall): string {
  if (DENIALS.includes(error)) return DENIED;
  if (action === 'finding.imported' && isDryRun) return 'finding.import.previewed';
  if (action !== 'report.downloaded') return action;
  if (status === 302) return 'report.download.linked';
  return method === 'HEAD' || status === 304 ? 'report.download.inspected' : action;
}

const REPORT_ID = /^rpt_[0-9]{4}_[a-z0-9]{1,32}$/;
const OPAQUE_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * An id that named something, or that can be none but a report's. What a refused call has in its path may be anything, even a token
 * pasted in the wrong place: that stays out.
 */
function resourceIn({ named = '', status = 0 }: FinishedCall): string | undefined {
  const isAnswered = status >= 200 && status < 400;
  return (isAnswered ? OPAQUE_ID : REPORT_ID).test(named) ? named : undefined;
}
