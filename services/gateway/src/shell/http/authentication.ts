import { hashToken } from '@evidence/access';
import type { FastifyInstance } from 'fastify';
import { bearerTokenIn, callerOf } from '../../core/authenticate.js';
import type { TokensView } from '../../ports.js';

/**
 * Lets a call pass only with a token that is good for its route. A hook and not a Nest guard, because guards run after the body was
 * read: a stranger shall not make us read one.
 */
export function authentication(server: FastifyInstance, tokens: TokensView, now: () => Date): void {
  server.decorateRequest('caller', null);
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} does not say who may call it`);
  });
  server.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === undefined || access === 'public') return;
    const token = tokens.find(hashToken(bearerTokenIn(request.headers.authorization)));
    request.caller = callerOf({ token, scope: access.scope, address: request.ip, now: now() });
  });
}
