import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../service/metrics.js';

/** Counts every request. Requests that the router refuses pass no hook, see `countWhenDone`. */
export function requestMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onRequest', async (request, reply) => countWhenDone(request, reply, metrics));
}

/** Counts the request once the response is sent or the client has disconnected. All unknown paths count as one route. */
export function countWhenDone(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  reply.raw.once('close', () => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    metrics.observe({
      method: request.method,
      route: route ?? 'none',
      status: reply.raw.writableFinished ? reply.statusCode : 'broken_off',
      durationS: reply.elapsedTime / 1000,
    });
  });
}
