import type { FastifyInstance } from 'fastify';
import type { Availability } from '../../service/availability.js';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * Refuses writes while a part that they need is unavailable. Runs before the body is read, and after the caller is known, because strangers
 * must not learn the state of the system.
 */
export function refuseWritesInVain(server: FastifyInstance, availability: Pick<Availability, 'require'>): void {
  server.addHook('onRequest', async ({ is404, method, routeOptions }) => {
    if (is404 || routeOptions.config.access === 'public' || SAFE_METHODS.includes(method)) return;
    availability.require();
  });
}
