import type { KnownScope } from '@evidence/access';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../core/authenticate.js';
import type { ProblemSlug } from '../../core/problem.js';

/** `public`: no token. Else a token, with the scope if one is named. */
export type Access = 'public' | { readonly scope: KnownScope | undefined };

/** What is limited apart, besides all calls of the token. */
export type Metered = 'reports';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The handler reads the body itself, whatever its media type. Otherwise it is JSON of at most `BODY_BYTES_MAX`. */
    body?: 'stream';
    metered?: Metered;
    /** The answer is a document that seldom changes: it has an `ETag`. */
    tagged?: true;
  }
  interface FastifyRequest {
    /** Set by `authentication` on every route that is not public. */
    caller: Caller | null;
    /** Set with `caller`. */
    admitAgain: (() => void) | null;
    /** What the call was answered with instead, if it was refused or failed. */
    problem: ProblemSlug | null;
  }
}

// Every route says who may call it, or the gateway does not start (`authentication`).
export const Public = (how: { readonly tagged?: true } = {}) =>
  RouteConfig({ access: 'public' satisfies Access, ...how });
export const AnyToken = (how: { readonly tagged?: true } = {}) =>
  RouteConfig({ access: { scope: undefined } satisfies Access, ...how });
export const Requires = (scope: KnownScope, how: { readonly body?: 'stream'; readonly metered?: Metered } = {}) =>
  RouteConfig({ access: { scope } satisfies Access, ...how });

/** A call by an authenticated client. `id` is ours, new with every request. */
export interface Call {
  readonly id: string;
  readonly caller: Caller;
  /** Judges the token once more, for a call that takes its time. Throws as the first time once it is revoked or expired. */
  readonly admitAgain: () => void;
}

/** Parameter decorator: the `Call` at hand. */
export const CallAtHand = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { id, caller, admitAgain } = request;
  if (!caller || !admitAgain) throw new Error(`${request.url} is public: it has no caller`);
  return { id, caller, admitAgain };
});
