import { hashToken } from '@evidence/access';
import type { FastifyInstance } from 'fastify';
import { actionOf } from '../../core/audited-call.js';
import { bearerTokenIn, callerOf, isJwt, type KnownToken } from '../../core/authenticate.js';
import type { TokenIssuer, TokensView } from '../../ports.js';
import type { AuditTrail } from '../audit-trail.js';
import { auditWhenDone } from './audit-when-done.js';

export interface AuthenticationParts {
  readonly tokens: TokensView;
  /** Whose JWTs are taken, if anybody's. */
  readonly issuer?: TokenIssuer | undefined;
  readonly trail: AuditTrail;
  readonly now: () => Date;
}

/**
 * Lets a call pass only with a token that is good for its route, and puts every call with a token that we know on record, also when it is
 * not good. A hook and not a Nest guard, because guards run after the body was read: a stranger shall not make us read one.
 */
export function authentication(server: FastifyInstance, { tokens, issuer, trail, now }: AuthenticationParts): void {
  server.decorateRequest('caller', null);
  server.decorateRequest('admitAgain', null);
  server.decorateRequest('problem', null);
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} does not say who may call it`);
    const unnamed = [method].flat().find((one) => actionOf(one, url) === undefined);
    if (config.access !== 'public' && unnamed) throw new Error(`${unnamed} ${url} has no name in core/audited-call.ts`);
  });
  server.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === undefined || access === 'public') return;
    const calledAt = now();
    const bearer = bearerTokenIn(request.headers.authorization);
    const token = isJwt(bearer) ? await issuer?.find(bearer, calledAt) : tokens.find(hashToken(bearer));
    if (token) auditWhenDone(request, reply, token, { trail, calledAt });
    const admit = (known: KnownToken | undefined, at: Date) =>
      callerOf({ token: known, scope: access.scope, address: request.ip, now: at });
    request.caller = admit(token, calledAt);
    // A JWT cannot be revoked here, but it expires.
    request.admitAgain = () => void admit(isJwt(bearer) ? token : tokens.find(hashToken(bearer)), now());
  });
}
