import type { Logger } from '@evidence/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** One line per request. What the router refuses meets no hook: see `logWhenDone`. */
export function requestLog(server: FastifyInstance, logger: Pick<Logger, 'info'>): void {
  server.addHook('onRequest', async (request, reply) => logWhenDone(request, reply, logger));
}

/**
 * Logs the request once it is answered, or its client is gone. Without the query, which may carry a link's signature, and without
 * headers, which carry the token. The path is as it was sent: percent-encoded, so it cannot break the line.
 */
export function logWhenDone(request: FastifyRequest, reply: FastifyReply, logger: Pick<Logger, 'info'>): void {
  reply.raw.once('close', () => {
    const { method, id: requestId, caller } = request;
    const [path] = request.url.split('?', 1);
    const { tenant, tokenId } = caller ?? {};
    const answer = reply.raw.writableFinished ? { status: reply.statusCode } : { brokenOff: true };
    const durationMs = Math.round(reply.elapsedTime);
    logger.info({ requestId, method, path, ...answer, durationMs, tenant, tokenId }, 'request');
  });
}
