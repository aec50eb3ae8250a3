import { isIP } from 'node:net';
import type { ApiCallAudited } from '@evidence/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { auditedCall } from '../../core/audited-call.js';
import type { KnownToken } from '../../core/authenticate.js';
import type { AuditTrail } from '../audit-trail.js';

/** Puts the call on record once it is answered, or its client is gone. Throws `unavailable` when no call can be taken. */
export function auditWhenDone(
  request: FastifyRequest,
  reply: FastifyReply,
  token: KnownToken,
  { trail, calledAt }: { readonly trail: AuditTrail; readonly calledAt: Date },
): void {
  const finish = trail.begin();
  // Fastify (5.12.8) puts another route in its place when the handler finds that there is nothing.
  const route = request.routeOptions.url ?? '';
  reply.raw.once('close', () => {
    const call = auditedCall({
      id: request.id,
      token,
      calledAt,
      method: request.method as ApiCallAudited['method'],
      route,
      named: namedIn(request, reply),
      isDryRun: (request.query as { readonly dry_run?: unknown }).dry_run === 'true',
      status: reply.raw.writableFinished ? reply.statusCode : undefined,
      error: request.problem ?? undefined,
      // What a proxy passes on as the client's address is whatever the client's side of it has sent.
      address: isIP(request.ip) === 0 ? undefined : request.ip,
    });
    finish(call);
  });
}

/** What the path names, or what was made by the call. */
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
