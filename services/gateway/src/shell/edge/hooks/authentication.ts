import { hashToken } from '@evidence/access';
import type { FastifyInstance } from 'fastify';
import { callerOf, isJwt, type KnownToken } from '../../../core/access/authenticate.js';
import { tokensRebuilding, type ViewBehind } from '../../../core/call/rebuilding.js';
import { bearerTokenIn } from '../../../core/http/bearer-token.js';
import type { TokenIssuer, TokensView } from '../../../ports.js';
import type { AuditTrail } from '../../audit/audit-trail.js';
import { auditWhenDone } from './audit-when-done.js';

export interface AuthenticationParts {
  readonly tokens: TokensView;
  /** Progress of the view of tokens while it is being rebuilt. */
  readonly tokensBehind: () => ViewBehind | undefined;
  /** The issuer whose JWTs are accepted, if any. */
  readonly issuer?: TokenIssuer | undefined;
  readonly trail: AuditTrail;
  readonly now: () => Date;
}

/**
 * Lets a call pass only with a token that is valid for its route, and audits every call with a known token, even an invalid one. A hook instead
 * of a Nest guard, because guards run after the body was read, and a stranger must not be able to make us read one.
 */
export function authentication(
  server: FastifyInstance,
  { tokens, tokensBehind, issuer, trail, now }: AuthenticationParts,
): void {
  server.decorateRequest('caller', null);
  server.decorateRequest('admitAgain', null);
  server.decorateRequest('problem', null);
  /** Throws `rebuilding` while the view does not know yet. */
  const ours = (bearer: string): KnownToken | undefined => {
    const behind = tokensBehind();
    const token = behind?.isFromNothing ? undefined : tokens.find(hashToken(bearer));
    if (!token && behind) throw tokensRebuilding(behind);
    return token;
  };
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} does not say who may call it`);
  });
  server.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === undefined || access === 'public') return;
    const calledAt = now();
    const bearer = bearerTokenIn(request.headers.authorization);
    const token = isJwt(bearer) ? await issuer?.find(bearer, calledAt) : ours(bearer);
    if (token) auditWhenDone(request, reply, { trail, token, action: access.action, calledAt });
    const admit = (known: KnownToken | undefined, at: Date) =>
      callerOf({ token: known, scope: access.scope, address: request.ip, now: at });
    request.caller = admit(token, calledAt);
    // A JWT cannot be revoked here, but it expires.
    request.admitAgain = () => void admit(isJwt(bearer) ? token : ours(bearer), now());
  });
}
