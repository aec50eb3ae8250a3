import { isIP } from 'node:net';
import type { ApiCallAudited } from '@evidence/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownToken } from '../../../core/access/authenticate.js';
import { type AuditAction, auditedCall } from '../../../core/audit/audited-call.js';
import type { AuditTrail } from '../../audit/audit-trail.js';

interface AuditedCallParts {
  readonly trail: AuditTrail;
  readonly token: KnownToken;
  readonly action: AuditAction;
  readonly calledAt: Date;
}

/** Audits the call once the response is sent or the client has disconnected. Throws `unavailable` if no call can be accepted. */
export function auditWhenDone(
  request: FastifyRequest,
  reply: FastifyReply,
  { trail, token, action, calledAt }: AuditedCallParts,
): void {
  const finish = trail.begin();
  // Read now, because Fastify (5.12.8) replaces the route when a handler responds with 404.
  const route = request.routeOptions.url ?? '';
  reply.raw.once('close', () => {
    const call = auditedCall({
      id: request.id,
      token,
      calledAt,
      action,
      method: request.method as ApiCallAudited['method'],
      route,
      named: namedIn(request, reply),
      isDryRun: (request.query as { readonly dry_run?: unknown }).dry_run === 'true',
      status: reply.raw.writableFinished ? reply.statusCode : undefined,
      error: request.problem ?? undefined,
      // A proxy may pass on as the client's address whatever the client sent.
      address: isIP(request.ip) === 0 ? undefined : request.ip,
    });
    finish(call);
  });
}

/** The id in the path, or of what the call has created. */
function namedIn({ params }: FastifyRequest, reply: FastifyReply): string | undefined {
  const { id, slug } = params as { readonly id?: string; readonly slug?: string };
  const made =
    reply.statusCode === 201 || reply.statusCode === 202
      ? String(reply.getHeader('location') ?? '')
          .split('/')
          .at(-1)
      : undefined;
  return id ?? slug ?? made;
}
