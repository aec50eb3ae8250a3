import type { Logger } from '@evidence/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Logs one line per request. Requests that the router refuses pass no hook, see `logWhenDone`. */
export function requestLog(server: FastifyInstance, logger: Pick<Logger, 'info'>): void {
  server.addHook('onRequest', async (request, reply) => logWhenDone(request, reply, logger));
}

/**
 * Logs the request once the response is sent or the client has disconnected. Without the query, which may contain a link's signature, and without
 * headers, which contain the token. The path is logged as sent: it is percent-encoded, so it cannot break the line.
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
