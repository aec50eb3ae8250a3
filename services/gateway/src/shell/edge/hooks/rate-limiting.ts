import type { FastifyInstance } from 'fastify';
import type { Charge, Standing } from '../../../core/access/rate-limit.js';
import { Problem } from '../../../core/call/problem.js';
import { sentences } from '../../../core/call/sentences.js';
import type { RateLimits } from '../../call/rate-limits.js';

/** Charges every call with a token before its body is read, whatever its outcome. To be called after `authentication`. */
export function rateLimiting(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!request.caller) return;
    const charged = await limits.take(request.caller, request.routeOptions.config.metered);
    if (!charged) return;
    reply.headers(headersOf(charged.standing));
    if (!charged.allowed) throw rateLimited(charged);
  });
}

/** `Reset` is a number of seconds, not a point in time. */
const headersOf = ({ limit, remaining, resetS }: Standing) => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
  'x-ratelimit-reset': resetS,
});

const rateLimited = ({ standing: { limit }, retryAfterS }: Extract<Charge, { allowed: false }>): Problem =>
  new Problem(
    'rate_limited',
    sentences.rateLimited(limit, retryAfterS),
    { retry_after_seconds: retryAfterS, limit, window: '1m' },
    retryAfterS,
  );
