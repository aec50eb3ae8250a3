import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problem.js';
import type { Standing, Verdict } from '../../core/rate-limit.js';
import type { RateLimits } from '../rate-limits.js';

/** Charges every call with a token, whatever becomes of it, before its body is read. To be called after `authentication`. */
export function rateLimiting(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!request.caller) return;
    const verdict = await limits.take(request.caller, request.routeOptions.config.metered);
    if (!verdict) return;
    reply.headers(headersOf(verdict.standing));
    if (!verdict.allowed) throw rateLimited(verdict);
  });
}

/** The family's names; `Reset` is in seconds, not an instant. */
const headersOf = ({ limit, remaining, resetS }: Standing) => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
  'x-ratelimit-reset': resetS,
});

const rateLimited = ({ standing: { limit }, retryAfterS }: Extract<Verdict, { allowed: false }>): Problem =>
  new Problem(
    'rate_limited',
    `More than ${limit} calls a minute: try again in ${retryAfterS} s. This call was not counted.`,
    { retry_after_seconds: retryAfterS, limit, window: '1m' },
    { 'retry-after': String(retryAfterS) },
  );
