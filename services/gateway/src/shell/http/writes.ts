import type { FastifyInstance } from 'fastify';
import type { Availability } from '../availability.js';

/** RFC 9110 §9.2.1. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * Refuses calls that put something on record while a part that they need is away. Before the body is read, and after the caller is
 * known: strangers are not told how we are.
 */
export function refuseWritesInVain(server: FastifyInstance, availability: Pick<Availability, 'require'>): void {
  server.addHook('onRequest', async ({ is404, method, routeOptions }) => {
    if (is404 || routeOptions.config.access === 'public' || SAFE_METHODS.includes(method)) return;
    availability.require();
  });
}
