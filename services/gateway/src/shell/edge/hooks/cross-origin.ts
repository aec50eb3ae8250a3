import type { FastifyInstance } from 'fastify';

/** How long browsers may cache the response to a preflight. */
const PREFLIGHT_AGE_S = 600;
const METHODS = 'GET, HEAD, POST, PATCH';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Prefer, Range';
const EXPOSED_HEADERS = [
  ...[
    'Accept-Ranges',
    'Allow',
    'Content-Disposition',
    'Content-Range',
    'ETag',
    'Link',
    'Location',
    'Preference-Applied',
    'Repr-Digest',
    'Retry-After',
    'WWW-Authenticate',
  ],
  ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
].join(', ');

/**
 * Lets the pages of `origins` call us from a browser (Fetch standard, CORS protocol); `*` means all. Cookies are not used and not
 * allowed. Our own code instead of @fastify/cors, whose catch-all route would respond for paths that do not exist.
 */
export function crossOrigin(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  server.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.header('vary', 'Origin');
    const { origin, 'access-control-request-method': asked } = headers;
    if (origin === undefined || !(origins.includes(origin) || origins.includes('*'))) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS });
    if (method !== 'OPTIONS' || asked === undefined) return;
    return reply
      .code(204)
      .headers({ 'access-control-allow-methods': METHODS, 'access-control-allow-headers': REQUEST_HEADERS })
      .header('access-control-max-age', PREFLIGHT_AGE_S)
      .send();
  });
}
