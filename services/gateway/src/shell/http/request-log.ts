import type { Logger } from '@evidence/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** One line per request, once it is answered. What the router refuses meets no hook: see `logRequest`. */
export function requestLog(server: FastifyInstance, logger: Pick<Logger, 'info'>): void {
  server.addHook('onResponse', async (request, reply) => logRequest(request, reply, logger));
}

/**
 * Without the query, which may carry a link's signature, and without headers, which carry the token. The path is as it was sent:
 * percent-encoded, so it cannot break the line.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply, logger: Pick<Logger, 'info'>): void {
  const { method, id: requestId, caller } = request;
  const [path] = request.url.split('?', 1);
  const { statusCode: status } = reply;
  const durationMs = Math.round(reply.elapsedTime);
  const { tenant, tokenId } = caller ?? {};
  logger.info({ requestId, method, path, status, durationMs, tenant, tokenId }, 'request');
}
