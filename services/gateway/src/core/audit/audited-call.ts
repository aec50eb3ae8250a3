import type { ApiCallAudited, AuditEntry, EventOf } from '@evidence/contracts';
import type { KnownToken } from '../access/authenticate.js';
import type { ProblemSlug } from '../call/problem.js';

/** A completed call with a token that we know, valid or not. */
export interface FinishedCall {
  readonly id: string;
  readonly token: KnownToken;
  readonly calledAt: Date;
  readonly action: AuditAction;
  readonly method: ApiCallAudited['method'];
  /** The registered route, such as `/api/v2/reports/:id`. */
  readonly route: string;
  /** The id in the path, or of what the call has created. It may be anything that a client sent. */
  readonly named: string | undefined;
  /** The call was a dry run. */
  readonly isDryRun: boolean;
  /** Undefined: the client disconnected before the response was complete. */
  readonly status: number | undefined;
  readonly error: ProblemSlug | undefined;
  readonly address: string | undefined;
}

/**
 * The name of a call in the audit log: the subject, and what was done with it. Each route states its own (`shell/edge/route.ts`). Names never change,
 * because clients filter by them.
 */
export type AuditAction = `${'report' | 'finding' | 'framework' | 'audit'}.${string}`;

const DENIED = 'auth.denied';
const DENIALS: readonly (ProblemSlug | undefined)[] = [
  'invalid_token',
  'expired_token',
  'ip_not_allowed',
  'missing_scope',
];

/** The call as an event for the tenant's audit log. */
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

/** Only a response with bytes is a download: requesting the link, or only the headers, is not. */
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
 * An id that named something, or that has the form of a report's id. The path of a refused call may contain anything, even a token pasted in the
 * wrong place, which must not be recorded.
 */
function resourceIn({ named = '', status = 0 }: FinishedCall): string | undefined {
  const isAnswered = status >= 200 && status < 400;
  return (isAnswered ? OPAQUE_ID : REPORT_ID).test(named) ? named : undefined;
}
