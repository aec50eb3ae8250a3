import type { TokenScope } from '@evidence/access';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../core/access/authenticate.js';
import type { Metered } from '../../core/access/rate-limit.js';
import type { AuditAction } from '../../core/audit/audited-call.js';
import type { Call } from '../../core/call/call.js';
import type { ProblemSlug } from '../../core/call/problem.js';

/**
 * `public`: no token, and not audited. Otherwise a token is required, with the scope if one is named; `action` is the name of the call in the audit
 * log.
 */
export type Access = 'public' | { readonly scope: TokenScope | undefined; readonly action: AuditAction };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The handler reads the body itself, whatever its media type. Otherwise it is JSON of at most `BODY_BYTES_MAX`. */
    body?: 'stream';
    metered?: Metered;
    /** The route only refuses its method, whatever else is wrong with the call. */
    refusal?: true;
    /** The response is a document that rarely changes, so it has an `ETag`. */
    tagged?: true;
  }
  interface FastifyRequest {
    /** Set by `authentication` on every route that is not public. */
    caller: Caller | null;
    /** Set with `caller`. */
    admitAgain: (() => void) | null;
    /** The problem in the response, if the call was refused or failed. */
    problem: ProblemSlug | null;
  }
}

// Every route must say who may call it; otherwise the gateway does not start (`authentication`).
export const Public = (how: { readonly tagged?: true } = {}) =>
  RouteConfig({ access: 'public' satisfies Access, ...how });
export const AnyToken = (action: AuditAction, how: { readonly tagged?: true } = {}) =>
  RouteConfig({ access: { scope: undefined, action } satisfies Access, ...how });
export const Requires = (
  scope: TokenScope,
  action: AuditAction,
  how: { readonly body?: 'stream'; readonly metered?: Metered } = {},
) => RouteConfig({ access: { scope, action } satisfies Access, ...how });

/** Parameter decorator: injects the current `Call`. */
export const CallAtHand = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { id, caller, admitAgain } = request;
  if (!caller || !admitAgain) throw new Error(`${request.url} is public: it has no caller`);
  return { id, caller, admitAgain };
});
