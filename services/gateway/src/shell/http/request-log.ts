import type { Logger } from '@evidence/runtime';
import type { FastifyInstance } from 'fastify';

/**
 * One line per request. Without the query, which may carry a link's signature, and without headers, which carry the token. The path is
 * as it was sent: percent-encoded, so it cannot break the line.
 */
export function requestLog(server: FastifyInstance, logger: Pick<Logger, 'info'>): void {
  server.addHook('onResponse', async (request, reply) => {
    const { method, id: requestId, caller } = request;
    const [path] = request.url.split('?', 1);
    const { statusCode: status } = reply;
    const durationMs = Math.round(reply.elapsedTime);
    logger.info(
      { requestId, method, path, status, durationMs, tenant: caller?.tenant, tokenId: caller?.tokenId },
      'request',
    );
  });
}
