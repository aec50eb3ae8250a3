import type { ApiCallAudited, AuditEntry, EventOf } from '@evidence/contracts';
import type { KnownToken } from './authenticate.js';
import type { ProblemSlug } from './problem.js';

/** A call with a token that we know, good or not, as it ended. */
export interface FinishedCall {
  readonly id: string;
  readonly token: KnownToken;
  readonly calledAt: Date;
  readonly method: ApiCallAudited['method'];
  /** As it was registered: `/api/v2/reports/:id`. */
  readonly route: string;
  /** What the path names, or what the call has made. Whatever a client may have put there. */
  readonly named: string | undefined;
  /** It was only to say what it would do. */
  readonly isDryRun: boolean;
  /** Undefined: the client was gone before the answer was whole. */
  readonly status: number | undefined;
  readonly error: ProblemSlug | undefined;
  readonly address: string | undefined;
}

/** What each call is called in the audit, by its method and route; HEAD goes as the GET beside it. A closed list: these are filtered by. */
const ACTIONS: Readonly<Record<string, string>> = {
  'POST /api/v2/reports': 'report.created',
  'GET /api/v2/reports': 'report.listed',
  'GET /api/v2/reports/:id': 'report.viewed',
  'POST /api/v2/reports/:id/regenerate': 'report.regenerated',
  'GET /api/v2/reports/:id/events': 'report.followed',
  'GET /api/v2/reports/:id/download': 'report.downloaded',
  'GET /api/v2/reports/:id/attestation': 'report.attestation.downloaded',
  'POST /api/v2/findings/import': 'finding.imported',
  'GET /api/v2/findings': 'finding.listed',
  'GET /api/v2/findings/:id': 'finding.viewed',
  'PATCH /api/v2/findings/:id': 'finding.status_changed',
  'GET /api/v2/frameworks': 'framework.listed',
  'GET /api/v2/frameworks/:slug': 'framework.viewed',
  'GET /api/v2/frameworks/:slug/crosswalk': 'framework.crosswalk.viewed',
  'GET /api/v2/audit': 'audit.listed',
};

const DENIED = 'auth.denied';
const DENIALS: readonly (ProblemSlug | undefined)[] = [
  'invalid_token',
  'expired_token',
  'ip_not_allowed',
  'missing_scope',
];

/** What a call of this method and route is called; undefined: it has no name yet. */
export const actionOf = (method: string, route: string): string | undefined =>
  ACTIONS[`${method === 'HEAD' ? 'GET' : method} ${route}`];

/** The call as an event for the tenant's audit. Throws for a call that has no name. */
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

/** As it stands in the list. */
export function auditEntryOf(call: ApiCallAudited): AuditEntry {
  const { callId: id, calledAt: called_at, resourceId: resource_id, action, actor, subject } = call;
  const { method, route, status, error, address } = call;
  return { id, called_at, action, actor, subject, method, route, resource_id, status, error, address };
}

/** Only bytes that were sent are a download: the link before them, and a look at the headers, are not. */
function actionAsEnded({ method, route, isDryRun, status, error }: FinishedCall): string {
  const action = actionOf(method, route);
  if (action === undefined) throw new Error(`${method} ${route} has no name in the audit`);
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
