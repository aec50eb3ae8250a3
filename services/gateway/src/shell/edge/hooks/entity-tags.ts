import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Gives the documents of routes with `tagged` an `ETag`, and returns 304 to clients that already have them (RFC 9110 §13.1.2). Weak, because it is
 * the same for the compressed and the uncompressed document. To be called before `compression`.
 */
export function entityTags(server: FastifyInstance): void {
  server.addHook('onSend', async ({ headers, routeOptions: { config } }, reply, payload) => {
    if (!config.tagged || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url')}"`;
    reply.headers({ etag: tag, 'cache-control': 'no-cache' });
    const known = String(headers['if-none-match'] ?? '')
      .split(',')
      .map((one) => one.trim().replace(/^(?!W\/)/, 'W/'));
    if (!known.includes(tag) && !known.includes('W/*')) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}
