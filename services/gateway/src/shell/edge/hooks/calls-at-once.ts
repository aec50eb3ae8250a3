import type { FastifyInstance } from 'fastify';
import type { CallsAtOnce } from '../../../core/access/calls-at-once.js';

/** Limits the calls in progress of a token and a tenant, before a body is read. To be called after `authentication`. */
export function callsAtOnce(server: FastifyInstance, calls: CallsAtOnce): void {
  server.addHook('onRequest', async ({ caller, ip, routeOptions: { config } }, { raw }) => {
    const lane = config.body === 'stream' ? 'import' : 'call';
    const leave = caller ? calls.enter(caller, lane) : calls.enterWithoutToken(ip);
    // Also for a client that disconnects before its response.
    raw.once('close', leave);
  });
}
